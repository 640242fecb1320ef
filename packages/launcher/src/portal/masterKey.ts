/*
 * The key that personal data is encrypted with. Whoever runs a portal for others
 * gives it their own; a portal that has none gets one made, beside its data.
 */
import { randomBytes } from 'node:crypto';
import {
  closeSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  readFileSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { LauncherError } from '../LauncherError.ts';
import { configured } from './configFiles.ts';

const KEY_BYTES = 32;

export const MASTER_KEY_VARIABLE = 'CALLBOARD_MASTER_KEY';

/** Where the key of a portal is kept that was not given one. */
export function masterKeyFile(dataDir: string): string {
  return join(dataDir, 'master-key');
}

/**
 * The key for a portal, in base64.
 *
 * @param added - the documents a person added: files and environment
 * @returns undefined when the portal has been given one
 * @throws LauncherError when the file holds no key
 */
export function masterKey(
  dataDir: string,
  added: unknown[],
  environment: NodeJS.ProcessEnv,
): string | undefined {
  if (
    environment[MASTER_KEY_VARIABLE] ||
    configured(added, 'eventstore.masterKeys') !== undefined
  ) {
    return undefined;
  }
  const file = masterKeyFile(dataDir);
  const key = readKey(file) ?? makeKey(file);
  if (Buffer.from(key, 'base64').length !== KEY_BYTES) {
    throw new LauncherError(
      `${file} holds no key. Put back the one that was there: without it the personal data in the portal's log cannot be read.`,
    );
  }
  return key;
}

function readKey(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') {
      return undefined;
    }
    throw error;
  }
}

/** All of it is on the disk before anything is encrypted with it. */
function makeKey(file: string): string {
  const key = randomBytes(KEY_BYTES).toString('base64');
  mkdirSync(dirname(file), { recursive: true });
  const unfinished = `${file}.${process.pid}`;
  const descriptor = openSync(unfinished, 'w', 0o600);
  try {
    writeSync(descriptor, `${key}\n`);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
  try {
    // Unlike a rename it never takes the place of a key that is there.
    linkSync(unfinished, file);
  } finally {
    rmSync(unfinished);
  }
  const folder = openSync(dirname(file), 'r');
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
  return key;
}
