import type { CheckStep } from '../CheckStep.ts';
import { runTool } from '../runTool.ts';

export const format: CheckStep = {
  name: 'format',
  title: 'Files are formatted by Prettier',
  fixes: true,
  run: context =>
    runTool(context, { from: 'prettier' }, [
      context.fix ? '--write' : '--check',
      '--log-level=warn',
      '--cache',
      '--cache-location=.callboard/cache/prettier',
      '--cache-strategy=content',
      '.',
    ]),
};
