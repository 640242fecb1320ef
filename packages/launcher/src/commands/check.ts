import type { Ending } from '../processes/Ending.ts';
import type { Progress } from '../progress/Progress.ts';
import { installDependencies } from '../setUp/installDependencies.ts';

/**
 * `npm run check`: the dependencies, and then what src/check does with the
 * arguments.
 */
export async function check(
  args: string[],
  { progress, ending }: { progress: Progress; ending: Ending },
): Promise<number> {
  await installDependencies(progress, ending);
  const { runChecks } = await import('../check/main.ts');
  return runChecks(args, progress, ending);
}
