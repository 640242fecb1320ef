import type { CheckStep } from '../CheckStep.ts';
import { runTool } from '../runTool.ts';

export const unused: CheckStep = {
  name: 'unused',
  title: 'No file, export or dependency is left unused (knip.ts)',
  run: context =>
    runTool(context, { from: 'knip' }, [
      '--no-progress',
      // An exception that is needed no more goes, too.
      '--treat-config-hints-as-errors',
    ]),
};
