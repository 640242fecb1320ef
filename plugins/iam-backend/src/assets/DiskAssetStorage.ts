import { randomUUID } from 'node:crypto';
import { mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import {
  fileOf,
  folderOf,
  type AssetRef,
  type AssetStorage,
} from './AssetStorage';

const isMissing = (error: unknown) =>
  (error as NodeJS.ErrnoException).code === 'ENOENT';

/** For one node, or for several that share a file system. */
export class DiskAssetStorage implements AssetStorage {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  async put(ref: AssetRef, bytes: Buffer): Promise<void> {
    const folder = join(this.#folder, folderOf(ref));
    await mkdir(folder, { recursive: true });
    // Seen by nobody until it is complete and on the disk.
    const draft = join(folder, `.${randomUUID()}`);
    try {
      const file = await open(draft, 'wx', 0o640);
      try {
        await file.writeFile(bytes);
        await file.sync();
      } finally {
        await file.close();
      }
      await rename(draft, join(folder, fileOf(ref.digest)));
    } catch (error) {
      await rm(draft, { force: true });
      throw error;
    }
  }

  async get(ref: AssetRef): Promise<Buffer | undefined> {
    try {
      return await readFile(
        join(this.#folder, folderOf(ref), fileOf(ref.digest)),
      );
    } catch (error) {
      if (isMissing(error)) {
        return undefined;
      }
      throw error;
    }
  }

  async keepOnly(
    of: Omit<AssetRef, 'digest'>,
    digests: readonly string[],
  ): Promise<void> {
    const folder = join(this.#folder, folderOf(of));
    const kept = new Set(digests.map(fileOf));
    const names = await readdir(folder).catch(error => {
      if (isMissing(error)) {
        return [];
      }
      throw error;
    });
    for (const name of names) {
      if (!kept.has(name)) {
        await rm(join(folder, name), { force: true });
      }
    }
    if (kept.size === 0) {
      await rm(folder, { recursive: true, force: true });
    }
  }
}
