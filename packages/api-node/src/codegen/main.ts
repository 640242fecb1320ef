/**
 * Code from protobuf definitions.
 *
 *     node packages/api-node/src/codegen/main.ts generate
 *     node packages/api-node/src/codegen/main.ts check [--against <git ref>]
 *
 * `generate` brings the generated files up to date. `check` fails when a
 * definition is badly written, breaks what the git ref (HEAD when left out)
 * promised to clients, or when a generated file is stale.
 */
import path from 'node:path';
import { parseArgs } from 'node:util';
import { checkBreaking, checkLint, checkStaleness } from './checks.ts';
import { writeGenerated } from './generate.ts';

const root = path.resolve(import.meta.dirname, '../../../..');
const repository = { root, tools: root };

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { against: { type: 'string', default: 'HEAD' } },
});

run(positionals[0]).then(
  exitCode => {
    process.exitCode = exitCode;
  },
  error => {
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  },
);

async function run(command: string | undefined): Promise<number> {
  switch (command) {
    case 'generate': {
      const changed = await writeGenerated(repository);
      process.stdout.write(
        changed.length === 0
          ? 'Generated code is up to date.\n'
          : `Written:\n${changed.map(file => `  ${file}\n`).join('')}`,
      );
      return 0;
    }
    case 'check': {
      const findings = [
        ...(await checkLint(repository)),
        ...(await checkBreaking(repository, values.against)),
        ...(await checkStaleness(repository)),
      ];
      process.stderr.write(findings.map(finding => `${finding}\n`).join(''));
      return findings.length === 0 ? 0 : 1;
    }
    default:
      process.stderr.write(
        'Usage: main.ts generate | check [--against <git ref>]\n',
      );
      return 2;
  }
}
