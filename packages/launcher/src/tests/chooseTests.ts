/*
 * Which tests a command line asks for.
 */
import type { Workspace } from '../check/readWorkspaces.ts';
import { closest } from '../commandLine/closest.ts';
import type { CommandLine } from '../commandLine/parseCommandLine.ts';
import { LauncherError } from '../LauncherError.ts';

export type TestChoice = {
  unit: boolean;
  e2e: boolean;
  /** Names of workspaces; all when left out. */
  workspaces: string[] | undefined;
  /** A commit: only what differs from it. */
  changedSince: string | undefined;
  passedOn: string[];
};

function refuse(sentence: string): never {
  throw new LauncherError(`${sentence} See \`npm test -- --help\`.`, {
    exitCode: 2,
  });
}

/**
 * @throws LauncherError for options that contradict each other, and workspaces
 *   that do not exist
 */
export function chooseTests(
  line: CommandLine,
  workspaces: Workspace[],
): TestChoice {
  const { switches, words, passedOn } = line;
  const [unit, e2e, changed] = ['unit', 'e2e', 'changed'].map(name =>
    switches.has(name),
  );
  const named = line.values.get('workspace');
  if (unit && e2e) {
    refuse('--unit and --e2e leave nothing to run: give one of them.');
  }
  if (named && (e2e || changed)) {
    refuse('--workspace cannot be combined with --e2e or --changed.');
  }
  if (words.length > 0 && !changed) {
    refuse(`There is nothing to do with “${words[0]}”.`);
  }
  return {
    unit: !e2e,
    // The end-to-end tests belong to the portal as a whole.
    e2e: !unit && !named,
    workspaces: named?.map(name => findWorkspace(name, workspaces)),
    changedSince: changed ? (words[0] ?? 'HEAD') : undefined,
    passedOn,
  };
}

function findWorkspace(wanted: string, workspaces: Workspace[]): string {
  const path = wanted.replace(/^\.\//, '').replace(/\/+$/, '');
  const found = workspaces.find(
    ({ name, folder }) =>
      name === wanted || folder === path || folder.endsWith(`/${wanted}`),
  );
  if (!found) {
    const meant = closest(
      wanted,
      workspaces.flatMap(({ name, folder }) => [
        name,
        folder,
        folder.replace(/^.*\//, ''),
      ]),
    );
    return refuse(
      `There is no workspace ${wanted}${meant ? `: did you mean ${meant}?` : '.'}`,
    );
  }
  return found.name;
}
