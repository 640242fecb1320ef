/**
 * What can keep the server from starting.
 *
 * - `IN_USE`: a living process already runs a server on this data folder
 * - `OTHER_MAJOR_VERSION`: the data was written by another PostgreSQL major
 * - `NO_SPACE`: the disk is full
 * - `NO_PERMISSION`: a folder cannot be read or written
 * - `PORT_TAKEN`: something else listens on the port that was asked for
 * - `PLATFORM_UNSUPPORTED`: there are no binaries for this system
 * - `START_FAILED`: anything else; the message carries the server's last lines
 *
 * @public
 */
export type EmbeddedPostgresErrorCode =
  | 'IN_USE'
  | 'OTHER_MAJOR_VERSION'
  | 'NO_SPACE'
  | 'NO_PERMISSION'
  | 'PORT_TAKEN'
  | 'PLATFORM_UNSUPPORTED'
  | 'START_FAILED';

/**
 * A failure to start, stop or remove the embedded PostgreSQL. The message is
 * one plain sentence that says what to do.
 *
 * @public
 */
export class EmbeddedPostgresError extends Error {
  readonly code: EmbeddedPostgresErrorCode;

  constructor(
    code: EmbeddedPostgresErrorCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = 'EmbeddedPostgresError';
    this.code = code;
  }
}

/**
 * Turns a file-system error into a typed one; anything else stays as it is.
 */
export function explainFileError(error: unknown, path: string): unknown {
  const code = (error as NodeJS.ErrnoException | undefined)?.code;
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    return noSpace(path, error);
  }
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS') {
    return noPermission(path, error);
  }
  return error;
}

export function noSpace(path: string, cause?: unknown): EmbeddedPostgresError {
  return new EmbeddedPostgresError(
    'NO_SPACE',
    `No space is left on the disk of ${path}: free some, or choose a data folder on another disk.`,
    { cause },
  );
}

export function noPermission(
  path: string,
  cause?: unknown,
): EmbeddedPostgresError {
  return new EmbeddedPostgresError(
    'NO_PERMISSION',
    `${path} cannot be read and written by this user: change its owner, or choose another data folder.`,
    { cause },
  );
}
