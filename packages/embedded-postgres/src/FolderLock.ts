/*
 * A folder that only one living process may use.
 *
 * The lock is a file `owner.<n>` that names its owner. Whoever wants the lock
 * reads the highest n; if that owner is gone, they create n + 1, which the file
 * system grants to one contender only. n never goes back (a release empties the
 * file but leaves it), so a slow contender that decided on an old reading can
 * not take what somebody else took meanwhile. Only the owner of n removes the
 * files below n.
 */
import { randomUUID } from 'node:crypto';
import {
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { identify, type ProcessIdentity, stillRuns } from './processes.ts';

/**
 * Who holds a lock: the process, and what it wished others to know.
 *
 * @public
 */
export type FolderLockOwner = ProcessIdentity & {
  info: Record<string, unknown>;
};

/**
 * The folder is held by a living process.
 *
 * @public
 */
export class FolderLockedError extends Error {
  readonly owner: FolderLockOwner;

  constructor(folder: string, owner: FolderLockOwner) {
    super(`${folder} is in use by the process ${owner.pid}.`);
    this.name = 'FolderLockedError';
    this.owner = owner;
  }
}

/** A lock held by this process. See {@link FolderLock.acquire}. @public */
export class FolderLock {
  /** Who held it before and died without giving it back. */
  readonly predecessor: FolderLockOwner | undefined;
  readonly #file: string;
  #owner: FolderLockOwner;

  private constructor(
    file: string,
    owner: FolderLockOwner,
    predecessor: FolderLockOwner | undefined,
  ) {
    this.#file = file;
    this.#owner = owner;
    this.predecessor = predecessor;
  }

  /**
   * Takes the lock. A lock whose owner has died is taken over.
   *
   * @param folder - where the lock's files are kept; created when missing
   * @param info - shown to whoever comes second
   * @throws FolderLockedError when a living process, this one included, holds it
   */
  static acquire(
    folder: string,
    info: Record<string, unknown> = {},
  ): FolderLock {
    mkdirSync(folder, { recursive: true });
    const owner: FolderLockOwner = { ...identify(process.pid), info };
    const draft = join(folder, `draft.${randomUUID()}`);
    writeFileSync(draft, JSON.stringify(owner), { mode: 0o644 });
    try {
      for (;;) {
        const last = highest(folder);
        const holder =
          last > 0 ? readOwner(ownerFile(folder, last)) : undefined;
        if (holder && stillRuns(holder)) {
          throw new FolderLockedError(folder, holder);
        }
        const file = ownerFile(folder, last + 1);
        if (linkIfAbsent(draft, file)) {
          if (highest(folder) > last + 1) {
            // The reading was so old that the number had been removed.
            rmSync(file);
            continue;
          }
          removeBelow(folder, last + 1);
          return new FolderLock(file, owner, holder);
        }
      }
    } finally {
      rmSync(draft, { force: true });
    }
  }

  /** The living owner of the lock in this folder, if there is one. */
  static owner(folder: string): FolderLockOwner | undefined {
    const last = highest(folder);
    const holder = last > 0 ? readOwner(ownerFile(folder, last)) : undefined;
    return holder && stillRuns(holder) ? holder : undefined;
  }

  /** Changes what others are told about the owner. */
  tell(info: Record<string, unknown>): void {
    this.#owner = { ...this.#owner, info };
    writeFileSync(this.#file, JSON.stringify(this.#owner));
  }

  /** Gives the lock back. Safe to call again. */
  release(): void {
    try {
      if (readOwner(this.#file)?.pid === process.pid) {
        writeFileSync(this.#file, '');
      }
    } catch {
      // The folder is gone, and the lock with it.
    }
  }
}

function ownerFile(folder: string, n: number): string {
  return join(folder, `owner.${n}`);
}

function numbers(folder: string): number[] {
  let names: string[];
  try {
    names = readdirSync(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') {
      return [];
    }
    throw error;
  }
  return names.flatMap(name => {
    const n = /^owner\.(\d+)$/.exec(name)?.[1];
    return n ? [Number(n)] : [];
  });
}

function highest(folder: string): number {
  return Math.max(0, ...numbers(folder));
}

function removeBelow(folder: string, own: number): void {
  for (const n of numbers(folder)) {
    if (n < own) {
      rmSync(ownerFile(folder, n), { force: true });
    }
  }
}

function readOwner(file: string): FolderLockOwner | undefined {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') {
      return undefined;
    }
    throw error;
  }
  try {
    return text === '' ? undefined : (JSON.parse(text) as FolderLockOwner);
  } catch {
    // Cut off by a crash or a full disk: its writer is gone.
    return undefined;
  }
}

function linkIfAbsent(from: string, to: string): boolean {
  try {
    linkSync(from, to);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') {
      return false;
    }
    throw error;
  }
}
