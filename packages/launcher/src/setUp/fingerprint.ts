/*
 * A hash over the names and contents of files: equal as long as nothing that
 * went into a result has changed.
 */
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';

/** Names below `folder` that `wanted` lets through, relative to `base`. */
export async function filesBelow(
  base: string,
  folder: string,
  wanted: (path: string) => boolean,
): Promise<string[]> {
  const entries = await readdir(join(base, folder), { withFileTypes: true });
  const found = await Promise.all(
    entries.map(entry => {
      const path = join(folder, entry.name);
      const name = relative('', path).split(sep).join('/');
      if (!wanted(name)) {
        return [];
      }
      return entry.isDirectory() ? filesBelow(base, path, wanted) : [name];
    }),
  );
  return found.flat();
}

/**
 * @param base - what the names are relative to
 * @param files - may name files that do not exist; that they don't counts too
 * @param facts - further strings that the result depends on
 */
export async function fingerprint(
  base: string,
  files: string[],
  facts: string[] = [],
): Promise<string> {
  const hash = createHash('sha256');
  const names = [...new Set(files)].sort();
  const contents = await Promise.all(
    names.map(name =>
      readFile(join(base, name)).catch(error => {
        if (error.code === 'ENOENT') {
          return undefined;
        }
        throw error;
      }),
    ),
  );
  for (const [i, name] of names.entries()) {
    const content = contents[i];
    hash.update(`${name}\0${content?.length ?? 'absent'}\0`);
    if (content) {
      hash.update(content);
    }
  }
  for (const fact of facts) {
    hash.update(`\0${fact}`);
  }
  return hash.digest('hex');
}
