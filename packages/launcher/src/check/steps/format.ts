import type { CheckStep } from '../CheckStep.ts';
import { runTool } from '../runTool.ts';

export const format: CheckStep = {
  name: 'format',
  title: 'Files are formatted by Prettier',
  run: ({ root, fix }) =>
    runTool(root, { from: 'prettier' }, [
      fix ? '--write' : '--check',
      '--log-level=warn',
      '--cache',
      '--cache-location=.callboard/cache/prettier',
      '--cache-strategy=content',
      '.',
    ]),
};
