import { readManifests } from './readManifests.ts';

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

/**
 * The workspaces that the package.json in `root` names, by folder.
 *
 * @throws Error when that file, or one of the workspaces', can't be read or
 *   has no name
 */
export async function readWorkspaces(root: string): Promise<Workspace[]> {
  const manifests = await readManifests(root);
  return manifests
    .filter(({ folder }) => folder !== '.')
    .map(({ folder, manifest }) => {
      if (!manifest.name) {
        throw new Error(`${folder}/package.json has no name.`);
      }
      return {
        folder,
        name: manifest.name,
        dependencies: Object.keys({
          ...manifest.dependencies,
          ...manifest.optionalDependencies,
          ...manifest.peerDependencies,
        }),
      };
    });
}
