import type { Progress } from '../progress/Progress.ts';
import type { Ending } from '../processes/Ending.ts';
import { buildApp } from './buildApp.ts';
import { installDependencies } from './installDependencies.ts';

/**
 * Brings the repository to where the portal can be run: dependencies installed
 * and the browser app built. What is there already is left as it is.
 */
export async function setUp(progress: Progress, ending: Ending): Promise<void> {
  await installDependencies(progress, ending);
  await buildApp(progress, ending);
}
