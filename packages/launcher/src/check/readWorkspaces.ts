import { glob, readFile } from 'node:fs/promises';
import path from 'node:path';

/** One workspace of the repository, as its package.json tells it. */
export interface Workspace {
  /** Folder, relative to the repository's root, with forward slashes. */
  folder: string;
  /** Package name, such as `@callboard/app`. */
  name: string;
  /**
   * Names of the packages it needs when it runs. Development dependencies are
   * left out: what only a test needs is no part of the architecture.
   */
  dependencies: string[];
}

interface PackageJson {
  name?: string;
  workspaces?: string[];
  dependencies?: Record<string, string>;
  optionalDependencies?: Record<string, string>;
  peerDependencies?: Record<string, string>;
}

/**
 * The workspaces that the package.json in `root` names, by folder.
 *
 * @throws Error when that file, or one of the workspaces', can't be read or
 *   has no name
 */
export async function readWorkspaces(root: string): Promise<Workspace[]> {
  const { workspaces = [] } = await readPackageJson(root, 'package.json');
  const files: string[] = [];
  for await (const file of glob(
    workspaces.map(pattern => `${pattern}/package.json`),
    { cwd: root },
  )) {
    files.push(file.split(path.sep).join('/'));
  }
  return Promise.all(files.sort().map(file => readWorkspace(root, file)));
}

async function readWorkspace(root: string, file: string): Promise<Workspace> {
  const manifest = await readPackageJson(root, file);
  if (!manifest.name) {
    throw new Error(`${file} has no name.`);
  }
  return {
    folder: path.posix.dirname(file),
    name: manifest.name,
    dependencies: Object.keys({
      ...manifest.dependencies,
      ...manifest.optionalDependencies,
      ...manifest.peerDependencies,
    }),
  };
}

async function readPackageJson(
  root: string,
  file: string,
): Promise<PackageJson> {
  const text = await readFile(path.join(root, file), 'utf8');
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Error(`${file} is no JSON: ${error}`);
  }
}
