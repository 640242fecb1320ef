import { join } from 'node:path';
import { fromWhereInvoked } from '../commandLine/invokedFrom.ts';
import { valueOf } from '../commandLine/parseCommandLine.ts';
import { runNode } from '../processes/runNode.ts';
import { root } from '../root.ts';
import { installDependencies } from '../setUp/installDependencies.ts';
import type { RunCommand } from './Command.ts';

export const bench: RunCommand = async (line, { progress, ending }) => {
  await installDependencies(progress, ending);
  const { backstageLoader } = await import('../portal/BackendProcess.ts');
  const json = valueOf(line, 'json');
  const { code } = await runNode(
    'src/main.ts',
    [
      ...line.words,
      ...(json === undefined ? [] : ['--json', fromWhereInvoked(json)]),
      ...line.passedOn,
    ],
    {
      cwd: join(root, 'packages/bench'),
      nodeArgs: backstageLoader(),
      ending,
    },
  );
  return code;
};
