/** `npm run check`: everything about the code that a machine can judge. */
import { Ending } from '../processes/Ending.ts';
import { Progress } from '../progress/Progress.ts';
import { root } from '../root.ts';
import { CheckUsageError, parseOptions, usage } from './options.ts';
import { runSteps, summarize } from './runSteps.ts';
import { steps } from './steps.ts';

/**
 * Runs the checks that `args` ask for.
 *
 * @param args - what follows `npm run check --`
 * @returns the exit code: 0 when all is well, 1 when a check failed, 2 when
 *   `args` make no sense, 128 and more when a signal cut it short
 */
export async function runChecks(
  args: string[],
  progress: Progress = new Progress(),
  ending: Ending = listening(),
): Promise<number> {
  try {
    const options = parseOptions(args, steps);
    if (options.help) {
      console.log(usage(steps));
      return 0;
    }
    const outcomes = await runSteps(options.steps, {
      root,
      fix: options.fix,
      progress,
      ending,
    });
    if (ending.signal.aborted) {
      return ending.exitCode;
    }
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

function listening(): Ending {
  const ending = new Ending();
  ending.listen();
  return ending;
}
