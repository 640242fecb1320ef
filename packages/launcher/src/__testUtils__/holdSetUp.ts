/*
 * A program that does a part of the set-up with a tool that does not end. For
 * tests that kill it. Argument: the lock's folder.
 */
import { join } from 'node:path';
import { Ending } from '../processes/Ending.ts';
import { runNode } from '../processes/runNode.ts';
import { Progress } from '../progress/Progress.ts';
import { whenAlone } from '../setUp/whenAlone.ts';

const ending = new Ending();
whenAlone(
  new Progress(),
  ending,
  onStart =>
    runNode(join(import.meta.dirname, 'lingeringTool.ts'), ['stubborn'], {
      cwd: import.meta.dirname,
      ending,
      onStart,
      onLine: line => console.log(line),
    }),
  process.argv[2],
);
