/** `npm run check`: everything about the code that a machine can judge. */
import path from 'node:path';
import { Progress } from '../progress/Progress.ts';
import { CheckUsageError, parseOptions, usage } from './options.ts';
import { runSteps, summarize } from './runSteps.ts';
import { steps } from './steps.ts';

const root = path.resolve(import.meta.dirname, '../../../..');

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
    const progress = new Progress();
    const context = { root, fix: options.fix };
    const outcomes = await runSteps(options.steps, context, progress);
    progress.say(`\n${summarize(outcomes, progress.elapsed)}`);
    return outcomes.every(({ ok }) => ok) ? 0 : 1;
  } catch (error) {
    if (error instanceof CheckUsageError) {
      console.error(error.message);
      return 2;
    }
    throw error;
  }
}
