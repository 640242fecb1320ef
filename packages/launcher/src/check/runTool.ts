import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { CheckResult } from './CheckStep.ts';

/** A command-line tool of an installed package. */
export interface Tool {
  /** The package, such as `eslint`. */
  from: string;
  /** Its command, if it isn't called like the package. */
  command?: string;
}

/**
 * Runs an installed tool in `root` under this process's Node.
 *
 * @returns its exit code as `ok`, and all it wrote
 * @throws Error when the package isn't installed or has no such command
 */
export async function runTool(
  root: string,
  tool: Tool,
  args: string[],
  env: NodeJS.ProcessEnv = {},
): Promise<CheckResult> {
  const script = await findScript(root, tool);
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [script, ...args], {
      cwd: root,
      env: { ...process.env, ...colors(), ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const written: Buffer[] = [];
    child.stdout.on('data', chunk => written.push(chunk));
    child.stderr.on('data', chunk => written.push(chunk));
    child.on('error', reject);
    child.on('close', (code, signal) => {
      const output = Buffer.concat(written).toString('utf8').trimEnd();
      resolve({
        ok: code === 0,
        output: signal ? `${output}\nEnded by ${signal}.` : output,
      });
    });
  });
}

async function findScript(root: string, tool: Tool): Promise<string> {
  const command = tool.command ?? tool.from;
  const folder = path.join(root, 'node_modules', tool.from);
  const { bin } = JSON.parse(
    await readFile(path.join(folder, 'package.json'), 'utf8'),
  ) as { bin?: string | Record<string, string> };
  const script = typeof bin === 'string' ? bin : bin?.[command];
  if (!script) {
    throw new Error(`${tool.from} has no command ${command}.`);
  }
  return path.join(folder, script);
}

/** What the tools write is shown later, where this process writes to. */
function colors(): NodeJS.ProcessEnv {
  return process.stdout.isTTY && !process.env.NO_COLOR
    ? { FORCE_COLOR: '1' }
    : {};
}
