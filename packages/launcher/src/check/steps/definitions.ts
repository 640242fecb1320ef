import path from 'node:path';
import { runNode } from '../../processes/runNode.ts';
import type { CheckStep } from '../CheckStep.ts';

const CODEGEN = 'packages/api-node/src/codegen/main.ts';

export const definitions: CheckStep = {
  name: 'definitions',
  title:
    'API definitions are well written, keep their promises, and their code is up to date',
  async run({ root, ending, fix }) {
    const lines: string[] = [];
    for (const command of fix ? ['generate', 'check'] : ['check']) {
      const { code } = await runNode(path.join(root, CODEGEN), [command], {
        cwd: root,
        env: process.env,
        ending,
        onLine: line => lines.push(line),
      });
      if (code !== 0) {
        return { ok: false, output: lines.join('\n') };
      }
    }
    return { ok: true, output: '' };
  },
};
