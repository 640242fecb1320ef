import { describeFailure, LauncherError } from './LauncherError.ts';
import type { Ending } from './processes/Ending.ts';

/**
 * Ends this process as a command ended: with its exit code, or with a sentence
 * on what went wrong. What is thrown because a signal came needs none.
 */
export async function endAs(
  command: Promise<number>,
  ending: Ending,
): Promise<never> {
  try {
    return process.exit(await command);
  } catch (error) {
    if (ending.signal.aborted && !(error instanceof LauncherError)) {
      return process.exit(ending.exitCode);
    }
    console.error(`\n${describeFailure(error)}`);
    return process.exit(error instanceof LauncherError ? error.exitCode : 1);
  }
}
