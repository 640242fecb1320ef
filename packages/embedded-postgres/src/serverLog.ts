/*
 * The log that the server writes to, and what its last lines say about a start
 * that failed.
 */
import {
  closeSync,
  fstatSync,
  openSync,
  readSync,
  renameSync,
  statSync,
} from 'node:fs';
import {
  EmbeddedPostgresError,
  noPermission,
  noSpace,
} from './EmbeddedPostgresError.ts';

/** A log above this many bytes is set aside at the next start. */
const rotateAbove = 10 * 1024 * 1024;

/** How many of the last bytes are looked at when something failed. */
const tailBytes = 16 * 1024;

/** Sets a big log aside as `<file>.1`, over the one before it. */
export function rotate(file: string, limit = rotateAbove): void {
  try {
    if (statSync(file).size > limit) {
      renameSync(file, `${file}.1`);
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') {
      throw error;
    }
  }
}

/** What was written to the log after that byte. */
export function readFrom(file: string, offset: number): string {
  const handle = openSync(file, 'r');
  try {
    const { size } = fstatSync(handle);
    const start = Math.max(offset, size - tailBytes);
    const buffer = Buffer.alloc(Math.max(0, size - start));
    readSync(handle, buffer, 0, buffer.length, start);
    return buffer.toString('utf8');
  } finally {
    closeSync(handle);
  }
}

/** Whether the server refused because an earlier one has not ended entirely. */
export function saysStillInUse(log: string): boolean {
  return /pre-existing shared memory block|lock file "postmaster\.pid"/.test(
    log,
  );
}

/** Why the server ended, told by what it wrote. */
export function explainLog(
  log: string,
  context: { dataDir: string; host: string; port: number; logFile: string },
): EmbeddedPostgresError {
  const { dataDir, host, port, logFile } = context;
  if (/could not bind .*Address already in use/s.test(log)) {
    return new EmbeddedPostgresError(
      'PORT_TAKEN',
      `The port ${port} of ${host} is taken by another program: stop it, or choose another port for PostgreSQL.`,
    );
  }
  if (/No space left on device|Disk quota exceeded/.test(log)) {
    return noSpace(dataDir);
  }
  if (/Permission denied|has wrong ownership|Read-only file system/.test(log)) {
    return noPermission(dataDir);
  }
  const lines = log.trim().split('\n').slice(-5).join('\n');
  return new EmbeddedPostgresError(
    'START_FAILED',
    `PostgreSQL did not start; its log is ${logFile}${lines ? `, and ends with:\n${lines}` : '.'}`,
  );
}
