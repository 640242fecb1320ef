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
  // A terminal that was closed, or a reader that has seen enough, must not keep
  // us from ending in order.
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', () => {});
  }
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
