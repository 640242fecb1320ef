import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { runNode } from '../processes/runNode.ts';
import type { CheckContext, CheckResult } from './CheckStep.ts';

/** A command-line tool of an installed package. */
export interface Tool {
  /** The package, such as `eslint`. */
  from: string;
  /** Its command, if it isn't called like the package. */
  command?: string;
}

/**
 * Runs an installed tool in the root folder.
 *
 * @returns whether it ended well, and all it wrote
 * @throws Error when the package isn't installed or has no such command
 */
export async function runTool(
  { root, ending }: Pick<CheckContext, 'root' | 'ending'>,
  tool: Tool,
  args: string[],
): Promise<CheckResult> {
  const lines: string[] = [];
  const { code } = await runNode(await findScript(root, tool), args, {
    cwd: root,
    env: { ...process.env, ...colors() },
    ending,
    onLine: line => lines.push(line),
  });
  return { ok: code === 0, output: lines.join('\n') };
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
