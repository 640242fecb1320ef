import type { CheckContext, CheckResult, CheckStep } from './CheckStep.ts';

export interface StepOutcome extends CheckResult {
  name: string;
  /** How long the step took, in milliseconds. */
  duration: number;
}

/** Where a run is reported while it goes on. */
export interface CheckProgress {
  started(step: CheckStep): void;
  finished(outcome: StepOutcome): void;
}

/**
 * Runs every step, one after the other, whatever becomes of those before it. A
 * step that throws has failed, with its error as output.
 */
export async function runSteps(
  steps: CheckStep[],
  context: CheckContext,
  progress: CheckProgress,
): Promise<StepOutcome[]> {
  const outcomes: StepOutcome[] = [];
  for (const step of steps) {
    progress.started(step);
    const begin = performance.now();
    const result = await runStep(step, context);
    const outcome = {
      ...result,
      name: step.name,
      duration: performance.now() - begin,
    };
    outcomes.push(outcome);
    progress.finished(outcome);
  }
  return outcomes;
}

async function runStep(
  step: CheckStep,
  context: CheckContext,
): Promise<CheckResult> {
  try {
    return await step.run(context);
  } catch (error) {
    return {
      ok: false,
      output:
        error instanceof Error ? (error.stack ?? error.message) : `${error}`,
    };
  }
}

/** The closing lines: what failed, and how to run that part again. */
export function summarize(outcomes: StepOutcome[]): string {
  const failed = outcomes.filter(({ ok }) => !ok).map(({ name }) => name);
  const duration = outcomes.reduce((sum, step) => sum + step.duration, 0);
  const time = `${(duration / 1000).toFixed(1)} s`;
  return failed.length === 0
    ? `All ${outcomes.length} checks passed in ${time}.`
    : `${failed.length} of ${outcomes.length} checks failed in ${time}: ${failed.join(', ')}.\n` +
        `Run them again with: npm run check -- --only ${failed.join(',')}`;
}
