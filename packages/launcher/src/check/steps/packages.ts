import type { CheckStep } from '../CheckStep.ts';
import { runTool } from '../runTool.ts';

export const packages: CheckStep = {
  name: 'packages',
  title:
    "Backstage finds every package's role, plugin and family in its package.json",
  fixes: true,
  run: context =>
    runTool(context, { from: '@backstage/cli', command: 'backstage-cli' }, [
      'repo',
      'fix',
      '--publish',
      ...(context.fix ? [] : ['--check']),
    ]),
};
