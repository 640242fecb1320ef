import { glob } from 'node:fs/promises';
import type { CheckContext, CheckResult, CheckStep } from '../CheckStep.ts';
import { runTool } from '../runTool.ts';

const BASE = 'app-config.yaml';

export const config: CheckStep = {
  name: 'config',
  title: 'app-config*.yaml match the schemas of the packages that read them',
  async run(context) {
    const overlays: string[] = [];
    for await (const file of glob('app-config.*.yaml', { cwd: context.root })) {
      // A developer's own settings; they are not committed.
      if (!file.endsWith('.local.yaml')) {
        overlays.push(file);
      }
    }
    const results: CheckResult[] = [];
    for (const files of [[BASE], ...overlays.sort().map(o => [BASE, o])]) {
      results.push(await checkConfig(context, files));
    }
    return {
      ok: results.every(({ ok }) => ok),
      output: results
        .filter(({ ok }) => !ok)
        .map(({ output }) => output)
        .join('\n'),
    };
  },
};

function checkConfig(
  context: CheckContext,
  files: string[],
): Promise<CheckResult> {
  return runTool(
    context,
    { from: '@backstage/cli', command: 'backstage-cli' },
    [
      'config:check',
      '--strict',
      // Values from the environment are not there, and need not be.
      '--lax',
      ...files.flatMap(file => ['--config', file]),
    ],
  );
}
