/** What can be wrong with definitions and with what was generated from them. */
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { runBuf } from './buf.ts';
import { readGenerated, renderGenerated } from './generate.ts';
import { findProtoFolders } from './protoFolders.ts';
import { createProtoWorkspace, moduleOf } from './protoWorkspace.ts';
import type { Repository } from './Repository.ts';

const run = promisify(execFile);

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

/**
 * Changes since a git ref that would break a client; a sentence each. None
 * outside a git repository or when the ref has no definitions.
 */
export async function checkBreaking(
  { root, tools }: Repository,
  ref: string,
): Promise<string[]> {
  const before = await mkdtemp(path.join(os.tmpdir(), 'callboard-before-'));
  const folders = await findProtoFolders(root);
  try {
    if (!(await extractDefinitions(root, ref, before))) {
      return [];
    }
    const foldersBefore = await findProtoFolders(before);
    const now = await createProtoWorkspace(tools, root, folders);
    const then = await createProtoWorkspace(tools, before, foldersBefore);
    try {
      const findings: string[] = [];
      for (const { definitions } of foldersBefore) {
        if (!folders.some(folder => folder.definitions === definitions)) {
          findings.push(`${definitions} was removed.`);
          continue;
        }
        const { ok, output } = await runBuf(tools, now.path, [
          'breaking',
          moduleOf(definitions),
          '--against',
          path.join(then.path, moduleOf(definitions)),
        ]);
        if (!ok) {
          findings.push(...toFindings(output));
        }
      }
      return findings;
    } finally {
      await now.remove();
      await then.remove();
    }
  } finally {
    await rm(before, { recursive: true, force: true });
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

/** @returns false when there is nothing to compare with */
async function extractDefinitions(
  root: string,
  ref: string,
  target: string,
): Promise<boolean> {
  const git = (...args: string[]) =>
    run('git', args, {
      cwd: root,
      encoding: 'buffer',
      maxBuffer: 64 * 1024 * 1024,
    });
  try {
    await git('rev-parse', '--verify', '--quiet', `${ref}^{commit}`);
  } catch {
    return false;
  }
  const { stdout } = await git('ls-tree', '-r', '--name-only', '-z', ref);
  const files = stdout
    .toString('utf8')
    .split('\0')
    .filter(file => /^(packages|plugins)\/.*\.proto$/.test(file));
  for (const file of files) {
    await mkdir(path.dirname(path.join(target, file)), { recursive: true });
    const { stdout: content } = await git('show', `${ref}:${file}`);
    await writeFile(path.join(target, file), content);
  }
  return files.length > 0;
}

/** buf's lines, with paths as they are in the repository. */
function toFindings(output: string): string[] {
  return output
    .split('\n')
    .filter(line => line !== '')
    .map(line => line.replace(/^ours\//, ''));
}
