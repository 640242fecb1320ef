/** `npm run check`: everything about the code that a machine can judge. */
import { Ending } from '../processes/Ending.ts';
import { Progress } from '../progress/Progress.ts';
import { root } from '../root.ts';
import { parseOptions, usage } from './options.ts';
import { runSteps, summarize } from './runSteps.ts';
import { steps } from './steps.ts';

/**
 * Runs the checks that `args` ask for.
 *
 * @param args - what follows `npm run check --`
 * @param ending - when to stop half-way; by default when a signal says so
 * @returns the exit code: 0 when all is well, 1 when a check failed, 128 and
 *   more when it was cut short
 * @throws LauncherError with exit code 2 when `args` make no sense
 */
export async function runChecks(
  args: string[],
  progress: Progress = new Progress(),
  ending: Ending = listening(),
): Promise<number> {
  const { steps: chosen, fix, help } = parseOptions(args, steps);
  if (help) {
    console.log(usage(steps));
    return 0;
  }
  const outcomes = await runSteps(chosen, { root, fix, ending }, progress);
  if (ending.signal.aborted) {
    return ending.exitCode;
  }
  progress.say(`\n${summarize(outcomes, progress.elapsed)}`);
  return outcomes.every(({ ok }) => ok) ? 0 : 1;
}

function listening(): Ending {
  const ending = new Ending();
  ending.listen();
  return ending;
}
