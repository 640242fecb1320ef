import {
  type ChildProcess,
  spawn,
  type SpawnOptions,
} from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/** Starts one of the programs in this folder under the Node of this process. */
export function runProgram(
  name: string,
  args: string[],
  options: SpawnOptions = {},
): ChildProcess {
  return spawn(
    process.execPath,
    [
      '--disable-warning=MODULE_TYPELESS_PACKAGE_JSON',
      join(__dirname, `${name}.ts`),
      ...args,
    ],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { PATH: process.env.PATH },
      ...options,
    },
  );
}

/** The JSON of the first line that the program prints. */
export async function firstLine<T>(child: ChildProcess): Promise<T> {
  for await (const line of createInterface({ input: child.stdout! })) {
    return JSON.parse(line);
  }
  throw new Error('The program ended without a line');
}

export function ended(child: ChildProcess): Promise<void> {
  return child.exitCode !== null || child.signalCode !== null
    ? Promise.resolve()
    : new Promise(resolve => child.once('exit', () => resolve()));
}
