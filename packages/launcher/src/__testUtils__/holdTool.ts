/*
 * A program that runs the lingering tool as the launcher runs its tools. For
 * tests that kill it.
 */
import { join } from 'node:path';
import { Ending } from '../processes/Ending.ts';
import { runNode } from '../processes/runNode.ts';

const ending = new Ending();
ending.listen();
runNode(join(import.meta.dirname, 'lingeringTool.ts'), process.argv.slice(2), {
  cwd: import.meta.dirname,
  ending,
  onLine: line => console.log(line),
}).then(({ code }) => process.exit(code === 0 ? 0 : ending.exitCode));
