/*
 * Which workspaces a change can affect.
 */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Workspace } from '../check/readWorkspaces.ts';
import { LauncherError } from '../LauncherError.ts';

/** Files outside the workspaces that no test looks at. */
const affectsNothing =
  /^(README\.md|LICENSE|\.prettierignore|\.gitignore|\.ci\/.*|\.editorconfig)$/;

/**
 * @param files - changed files, relative to the root
 * @returns the names of the workspaces whose tests have to run: those that
 *   changed and those that depend on them. A change outside every workspace,
 *   such as to the lockfile, the catalog or the configuration, affects all.
 */
export function affectedWorkspaces(
  files: string[],
  workspaces: Workspace[],
): string[] {
  const counting = files.filter(file => !affectsNothing.test(file));
  const owner = (file: string) =>
    workspaces.find(({ folder }) => file.startsWith(`${folder}/`));
  if (counting.some(file => !owner(file))) {
    return workspaces.map(({ name }) => name);
  }
  const affected = new Set(counting.map(file => owner(file)!.name));
  for (let size = -1; size !== affected.size; ) {
    size = affected.size;
    for (const { name, dependencies } of workspaces) {
      if (dependencies.some(dependency => affected.has(dependency))) {
        affected.add(name);
      }
    }
  }
  return [...affected].sort();
}

/**
 * The files that differ from a commit, those not yet known to git included.
 *
 * @throws LauncherError when git does not know that commit
 */
export async function changedFiles(
  root: string,
  base: string,
): Promise<string[]> {
  const git = async (...args: string[]) => {
    try {
      const { stdout } = await promisify(execFile)('git', args, {
        cwd: root,
        maxBuffer: 64 * 1024 * 1024,
      });
      return stdout.split('\0').filter(Boolean);
    } catch (error) {
      const { stderr = '', message } = error as Error & { stderr?: string };
      throw new LauncherError(
        `git cannot tell what has changed since ${base}: ${stderr.trim() || message}`,
        { cause: error },
      );
    }
  };
  const lists = await Promise.all([
    git('diff', '--name-only', '-z', base, '--'),
    git('ls-files', '--others', '--exclude-standard', '-z'),
  ]);
  return lists.flat();
}
