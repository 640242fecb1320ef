import { glob, readFile } from 'node:fs/promises';
import path from 'node:path';

/** The parts of a package.json that the checks look at. */
export interface Manifest {
  name?: string;
  version?: string;
  description?: string;
  license?: string;
  workspaces?: string[];
  backstage?: { role?: string; pluginId?: string };
  dependencies?: Record<string, string>;
  devDependencies?: Record<string, string>;
  optionalDependencies?: Record<string, string>;
  peerDependencies?: Record<string, string>;
  resolutions?: Record<string, string>;
  publishConfig?: Record<string, unknown>;
}

export interface WorkspaceManifest {
  /** Relative to the repository's root, with forward slashes; `.` for the root itself. */
  folder: string;
  manifest: Manifest;
}

/**
 * The package.json of the repository and of each of its workspaces, by folder.
 *
 * @throws Error when one can't be read or is no JSON
 */
export async function readManifests(
  root: string,
): Promise<WorkspaceManifest[]> {
  const manifest = await readManifest(root, 'package.json');
  const files: string[] = [];
  const patterns = (manifest.workspaces ?? []).map(p => `${p}/package.json`);
  for await (const file of glob(patterns, { cwd: root })) {
    files.push(file.split(path.sep).join('/'));
  }
  return Promise.all(
    ['package.json', ...files.sort()].map(async file => ({
      folder: path.posix.dirname(file),
      manifest: await readManifest(root, file),
    })),
  );
}

async function readManifest(root: string, file: string): Promise<Manifest> {
  const text = await readFile(path.join(root, file), 'utf8');
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Error(`${file} is no JSON: ${error}`);
  }
}
