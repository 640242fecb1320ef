import type { CheckStep } from '../CheckStep.ts';
import { runTool } from '../runTool.ts';

/** Also writes the declarations in `dist-types` that the API reports are made from. */
export const types: CheckStep = {
  name: 'types',
  title: 'TypeScript accepts all of it, strictly',
  run: context =>
    runTool(context, { from: 'typescript', command: 'tsc' }, [
      '--pretty',
      String(Boolean(process.stdout.isTTY)),
    ]),
};
