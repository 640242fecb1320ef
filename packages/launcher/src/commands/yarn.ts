import type { Ending } from '../processes/Ending.ts';
import { runNode } from '../processes/runNode.ts';
import { root } from '../root.ts';
import { environmentForYarn, yarn } from '../setUp/installDependencies.ts';

/**
 * `npm run yarn -- …`: the pinned Yarn under the pinned Node.js, for whoever
 * changes dependencies.
 */
export async function runYarn(
  args: string[],
  { ending }: { ending: Ending },
): Promise<number> {
  const { code } = await runNode(yarn, args, {
    cwd: root,
    env: environmentForYarn(),
    ending,
  });
  return code;
}
