import type { Ending } from '../processes/Ending.ts';

/** What a step is given. */
export interface CheckContext {
  /** The repository's root folder, absolute. */
  root: string;
  /** Whether to put right what can be put right without thinking. */
  fix: boolean;
  /** When to stop half-way. */
  ending: Ending;
}

export interface CheckResult {
  ok: boolean;
  /** Shown when the step failed. */
  output: string;
  /** One line that is of interest even when the step passed. */
  figures?: string;
}

/** One thing that `npm run check` makes sure of. */
export interface CheckStep {
  /** As given to `--only`. */
  name: string;
  /** What holds when the step passes. */
  title: string;
  /** Whether it does anything about `fix`. */
  fixes?: boolean;
  /** Names of steps whose output this one reads. */
  needs?: string[];
  run(context: CheckContext): Promise<CheckResult>;
}

/** Passes where `findings` is empty, else fails with one line for each. */
export function resultOfFindings(
  findings: string[],
  figures?: string,
): CheckResult {
  return {
    ok: findings.length === 0,
    output: findings.map(finding => `- ${finding}`).join('\n'),
    figures,
  };
}
