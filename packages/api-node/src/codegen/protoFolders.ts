import { glob } from 'node:fs/promises';
import path from 'node:path';

/**
 * A folder of protobuf definitions and the folder that holds what is generated
 * from it. Both are relative to the repository, with forward slashes.
 */
export interface ProtoFolder {
  readonly definitions: string;
  readonly generated: string;
  /** Nobody but tests calls it, so it promises nothing. */
  readonly isForTests: boolean;
}

/**
 * Where definitions may be. A workspace has an API by having a `proto` folder;
 * nothing is registered anywhere. The second line is for definitions that only
 * a package's tests use.
 */
const PLACES = [
  {
    pattern: '{packages,plugins}/*/proto',
    generated: '../src/gen',
    isForTests: false,
  },
  {
    pattern: '{packages,plugins}/*/src/__fixtures__/*/proto',
    generated: '../gen',
    isForTests: true,
  },
];

/** Every folder of definitions in the repository, in a stable order. */
export async function findProtoFolders(root: string): Promise<ProtoFolder[]> {
  const found: ProtoFolder[] = [];
  for (const place of PLACES) {
    for await (const match of glob(place.pattern, { cwd: root })) {
      const definitions = match.split(path.sep).join('/');
      found.push({
        definitions,
        generated: path.posix.join(definitions, place.generated),
        isForTests: place.isForTests,
      });
    }
  }
  return found.sort((a, b) => a.definitions.localeCompare(b.definitions));
}

/** The `.proto` files in a folder, relative to it, in a stable order. */
export async function findProtoFiles(folder: string): Promise<string[]> {
  const found: string[] = [];
  for await (const match of glob('**/*.proto', { cwd: folder })) {
    found.push(match.split(path.sep).join('/'));
  }
  return found.sort();
}
