/** `npm run check`: everything about the code that a machine can judge. */
import path from 'node:path';
import { CheckUsageError, parseOptions, usage } from './options.ts';
import { runSteps, summarize } from './runSteps.ts';
import type { CheckProgress } from './runSteps.ts';
import { steps } from './steps.ts';

const root = path.resolve(import.meta.dirname, '../../../..');

const plainProgress: CheckProgress = {
  started() {},
  finished({ ok, name, duration, figures, output }) {
    const line = `${ok ? '✓' : '✗'} ${name} ${(duration / 1000).toFixed(1)} s`;
    console.log(figures ? `${line}  ${figures}` : line);
    if (!ok) {
      console.log(output.replace(/^/gm, '    '));
    }
  },
};

/**
 * Runs the checks that `args` ask for.
 *
 * @param args - what follows `npm run check --`
 * @returns the exit code: 0 when all is well, 1 when a check failed, 2 when
 *   `args` make no sense
 */
export async function runChecks(args: string[]): Promise<number> {
  try {
    const options = parseOptions(args, steps);
    if (options.help) {
      console.log(usage(steps));
      return 0;
    }
    const outcomes = await runSteps(
      options.steps,
      { root, fix: options.fix },
      plainProgress,
    );
    console.log(`\n${summarize(outcomes)}`);
    return outcomes.every(({ ok }) => ok) ? 0 : 1;
  } catch (error) {
    if (error instanceof CheckUsageError) {
      console.error(error.message);
      return 2;
    }
    throw error;
  }
}
