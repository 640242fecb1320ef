import type { CheckStep } from '../CheckStep.ts';
import { runTool } from '../runTool.ts';

/**
 * Also writes the declarations in `dist-types` that the API reports are made
 * from. Always from nothing: TypeScript 5 prints the members of a union in the
 * order in which it came upon them, which after an incremental run depends on
 * what was changed before.
 */
export const types: CheckStep = {
  name: 'types',
  title: 'TypeScript accepts all of it, strictly',
  run: context =>
    runTool(context, { from: 'typescript', command: 'tsc' }, [
      '--incremental',
      'false',
      '--pretty',
      String(Boolean(process.stdout.isTTY)),
    ]),
};
