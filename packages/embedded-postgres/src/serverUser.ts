/*
 * PostgreSQL refuses to run as root. When this process is root, the server runs
 * as another user; otherwise as the user this process has.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { EmbeddedPostgresError } from './EmbeddedPostgresError.ts';

/** A user other than our own that the server runs as. */
export type ServerUser = { name: string; uid: number; gid: number };

function lookUp(name: string): ServerUser | undefined {
  try {
    const id = (flag: string) =>
      Number(
        execFileSync('id', [flag, name], {
          encoding: 'utf8',
          stdio: ['ignore', 'pipe', 'ignore'],
        }),
      );
    return { name, uid: id('-u'), gid: id('-g') };
  } catch {
    return undefined;
  }
}

function ownerOf(path: string): ServerUser | undefined {
  try {
    const { uid, gid } = statSync(path);
    return uid === 0 ? undefined : { name: `the user ${uid}`, uid, gid };
  } catch {
    return undefined;
  }
}

/**
 * Whom to run the server as, or `undefined` for the user of this process.
 *
 * Data that exist already keep their owner: a folder that an ordinary user
 * began is still theirs after root has started it once.
 *
 * @throws EmbeddedPostgresError `PLATFORM_UNSUPPORTED` when this is root and
 *   there is nobody else to run as
 */
export function chooseServerUser(existingData: string): ServerUser | undefined {
  if (process.getuid?.() !== 0) {
    return undefined;
  }
  const user = ownerOf(existingData) ?? lookUp('postgres') ?? lookUp('nobody');
  if (!user || user.uid === 0) {
    throw new EmbeddedPostgresError(
      'PLATFORM_UNSUPPORTED',
      'PostgreSQL does not run as root, and this system has neither a user postgres nor a user nobody: start as an ordinary user.',
    );
  }
  return user;
}

/** Options for `spawn` that make the child that user. */
export function asUser(user: ServerUser | undefined): {
  uid?: number;
  gid?: number;
} {
  return user ? { uid: user.uid, gid: user.gid } : {};
}

/** Whether the user can enter that folder, or execute that file. */
export function canReach(user: ServerUser | undefined, path: string): boolean {
  // Asked of the kernel rather than worked out from the modes: access lists and
  // mounts without exec count too.
  return (
    spawnSync('/bin/sh', ['-c', 'test -x "$1"', 'sh', path], {
      cwd: '/',
      stdio: 'ignore',
      ...asUser(user),
    }).status === 0
  );
}
