import { describeFailure } from '../LauncherError.ts';
import { formatDuration } from '../progress/formatDuration.ts';
import type { Progress } from '../progress/Progress.ts';
import type { CheckContext, CheckResult, CheckStep } from './CheckStep.ts';

export interface StepOutcome extends CheckResult {
  name: string;
}

/**
 * Runs every step, one after the other, whatever becomes of those before it. A
 * step that throws has failed, with its error as output. When the launcher is
 * to end, the steps that haven't begun are left out.
 */
export async function runSteps(
  steps: CheckStep[],
  context: CheckContext,
  progress: Progress,
): Promise<StepOutcome[]> {
  const outcomes: StepOutcome[] = [];
  for (const { name, run } of steps) {
    if (context.ending.signal.aborted) {
      break;
    }
    const { ok, output, figures } = await progress
      .step(name, () => passed(run(context)))
      .catch(failure);
    outcomes.push({ name, ok, output, figures });
    const shown = ok ? figures : output;
    if (shown) {
      progress.say(shown.replace(/^(?=.)/gm, '    '));
    }
  }
  return outcomes;
}

/** A step ran to its end and did not pass. */
class StepFailure extends Error {
  readonly result: CheckResult;

  constructor(result: CheckResult) {
    super(result.output);
    this.result = result;
  }
}

async function passed(running: Promise<CheckResult>): Promise<CheckResult> {
  const result = await running;
  if (!result.ok) {
    throw new StepFailure(result);
  }
  return result;
}

function failure(error: unknown): CheckResult {
  if (error instanceof StepFailure) {
    return error.result;
  }
  return { ok: false, output: describeFailure(error) };
}

/**
 * The closing lines: what failed, and how to run that part again.
 *
 * @param elapsed - of the whole run, in milliseconds
 */
export function summarize(outcomes: StepOutcome[], elapsed: number): string {
  const failed = outcomes.filter(({ ok }) => !ok).map(({ name }) => name);
  const time = formatDuration(elapsed);
  return failed.length === 0
    ? `All ${outcomes.length} checks passed in ${time}.`
    : `${failed.length} of ${outcomes.length} checks failed in ${time}: ${failed.join(', ')}.\n` +
        `Run them again with: npm run check -- --only ${failed.join(',')}`;
}
