import { describeFailure } from '../LauncherError.ts';
import { formatDuration } from '../progress/formatDuration.ts';
import type { Progress } from '../progress/Progress.ts';
import type { CheckContext, CheckResult, CheckStep } from './CheckStep.ts';

export interface StepOutcome extends CheckResult {
  name: string;
  /** Whether `--fix` may help. */
  fixes: boolean;
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
  for (const { name, run, fixes = false } of steps) {
    if (context.ending.signal.aborted) {
      break;
    }
    const { ok, output, figures } = await progress
      .step(name, () => passed(run(context)))
      .catch(failure);
    outcomes.push({ name, fixes, ok, output, figures });
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
  const failed = outcomes.filter(({ ok }) => !ok);
  const time = formatDuration(elapsed);
  if (failed.length === 0) {
    return `All ${outcomes.length} checks passed in ${time}.`;
  }
  const names = failed.map(({ name }) => name);
  const fixable = failed.filter(({ fixes }) => fixes).map(({ name }) => name);
  return [
    `${failed.length} of ${outcomes.length} checks failed in ${time}: ${names.join(', ')}.`,
    `Run them again with: npm run check -- --only ${names.join(',')}`,
    ...(fixable.length === 0
      ? []
      : [
          `Put right what a tool can: npm run check -- --fix --only ${fixable.join(',')}`,
        ]),
  ].join('\n');
}
