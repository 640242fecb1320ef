/** What can be wrong with definitions and with what was generated from them. */
import { runBuf } from './buf.ts';
import { toFindings } from './findings.ts';
import { readGenerated, renderGenerated } from './generate.ts';
import { findProtoFolders } from './protoFolders.ts';
import { createProtoWorkspace, moduleOf } from './protoWorkspace.ts';
import type { Repository } from './Repository.ts';

const GENERATE = 'node packages/api-node/src/codegen/main.ts generate';

/** Definitions that are badly written; a sentence each. */
export async function checkLint({
  root,
  tools,
}: Repository): Promise<string[]> {
  const folders = await findProtoFolders(root);
  const workspace = await createProtoWorkspace(tools, root, folders);
  try {
    const findings: string[] = [];
    for (const { definitions } of folders) {
      const { ok, output } = await runBuf(tools, workspace.path, [
        'lint',
        moduleOf(definitions),
      ]);
      if (!ok) {
        findings.push(...toFindings(output));
      }
    }
    return findings;
  } finally {
    await workspace.remove();
  }
}

/** Generated files that are not what would be generated now. */
export async function checkStaleness(
  repository: Repository,
): Promise<string[]> {
  const wanted = await renderGenerated(repository);
  const present = await readGenerated(repository.root);
  const findings: string[] = [];
  for (const [file, content] of wanted) {
    if (!present.has(file)) {
      findings.push(`${file} is missing; run ${GENERATE}`);
    } else if (present.get(file) !== content) {
      findings.push(`${file} is stale; run ${GENERATE}`);
    }
  }
  for (const file of present.keys()) {
    if (!wanted.has(file)) {
      findings.push(`${file} has no definition any more; run ${GENERATE}`);
    }
  }
  return findings.sort();
}
