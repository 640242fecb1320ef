import type { CheckStep } from '../CheckStep.ts';
import { runTool } from '../runTool.ts';

export const unused: CheckStep = {
  name: 'unused',
  title: 'No file, export or dependency is left unused (knip.ts)',
  run: ({ root }) =>
    runTool(
      root,
      { from: 'knip' },
      [
        '--no-progress',
        // An exception that is needed no more goes, too.
        '--treat-config-hints-as-errors',
      ],
      // Playwright's configuration is read, too, and wants to know where a portal runs.
      { CALLBOARD_E2E_URL: 'http://localhost' },
    ),
};
