/**
 * The protobuf definitions of all APIs and the code made of them:
 *
 *     node packages/api-node/src/codegen/main.ts generate
 *     node packages/api-node/src/codegen/main.ts check
 *     node packages/api-node/src/codegen/main.ts accept <folder>...
 *
 * `generate` brings the generated files up to date, and promises to clients
 * what was added. `check` fails when a definition is badly written, breaks what
 * was promised, or when a generated file is stale. `accept` promises what the
 * folders' definitions say now, also where that breaks clients.
 */
import path from 'node:path';
import { parseArgs } from 'node:util';
import { accept, checkAccepted, writeAdditions } from './accepted.ts';
import { checkLint, checkStaleness } from './checks.ts';
import { writeGenerated } from './generate.ts';

const root = path.resolve(import.meta.dirname, '../../../..');
const repository = { root, tools: root };

const { positionals } = parseArgs({ allowPositionals: true });

run(positionals).then(
  exitCode => {
    process.exitCode = exitCode;
  },
  error => {
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  },
);

async function run([command, ...folders]: readonly string[]): Promise<number> {
  if (command === 'generate') {
    const changed = [
      ...(await writeGenerated(repository)),
      ...(await writeAdditions(repository)),
    ];
    tellChanged(changed, 'Generated code is up to date.');
    return 0;
  }
  if (command === 'check') {
    const findings = [
      ...(await checkLint(repository)),
      ...(await checkAccepted(repository)),
      ...(await checkStaleness(repository)),
    ];
    process.stderr.write(findings.map(finding => `${finding}\n`).join(''));
    return findings.length === 0 ? 0 : 1;
  }
  if (command === 'accept' && folders.length > 0) {
    const changed = await accept(repository, folders);
    tellChanged(changed, 'Nothing has changed since it was accepted.');
    return 0;
  }
  process.stderr.write(
    'Usage: main.ts generate | check | accept <folder>...\n',
  );
  return 2;
}

function tellChanged(files: readonly string[], otherwise: string): void {
  process.stdout.write(
    files.length === 0
      ? `${otherwise}\n`
      : `Written:\n${files.map(file => `  ${file}\n`).join('')}`,
  );
}
