/*
 * What the build of the browser app is made from.
 */
import { readWorkspaces } from '../check/readWorkspaces.ts';
import { filesBelow } from './fingerprint.ts';

const shared = [
  'package.json',
  'yarn.lock',
  'tsconfig.json',
  'backstage.json',
  'app-config.yaml',
];

const notInBuild =
  /(^|\/)(node_modules|dist|dist-types|coverage|e2e-tests|dev|__testUtils__|__mocks__)$|\.test\.[jt]sx?$|(^|\/)(README\.md|\.eslintrc\.js|playwright\.config\.ts|report[^/]*\.api\.md)$/;

/** Whether a file or folder of a workspace can make a difference to the app. */
export function isBuildInput(path: string): boolean {
  return !notInBuild.test(path);
}

/** The workspaces that the app consists of: itself and what it depends on. */
export function dependencyClosure(
  start: string,
  workspaces: Array<{ name: string; folder: string; dependencies: string[] }>,
): string[] {
  const byName = new Map(workspaces.map(entry => [entry.name, entry]));
  const seen = new Set<string>();
  const visit = (name: string) => {
    const workspace = byName.get(name);
    if (workspace && !seen.has(workspace.folder)) {
      seen.add(workspace.folder);
      workspace.dependencies.forEach(visit);
    }
  };
  visit(start);
  return [...seen].sort();
}

/** Every file that the app's build depends on, relative to the root. */
export async function appInputs(root: string): Promise<string[]> {
  const folders = dependencyClosure(
    '@callboard/app',
    await readWorkspaces(root),
  );
  const files = await Promise.all(
    folders.map(folder => filesBelow(root, folder, isBuildInput)),
  );
  return [...shared, ...files.flat()];
}
