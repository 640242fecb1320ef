/**
 * A failure that a person can do something about: the message is a plain
 * sentence that says what, and is shown without a stack.
 */
export class LauncherError extends Error {
  /** Where the details are, and the last of them. */
  readonly log: { file: string; lastLines: string[] } | undefined;
  readonly exitCode: number;

  constructor(
    message: string,
    options: ErrorOptions & {
      log?: { file: string; lastLines: string[] };
      exitCode?: number;
    } = {},
  ) {
    super(message, options);
    this.name = 'LauncherError';
    this.log = options.log;
    this.exitCode = options.exitCode ?? 1;
  }
}

/** What to print for a failure. */
export function describeFailure(error: unknown): string {
  if (error instanceof LauncherError) {
    const { message, log } = error;
    return log
      ? [
          message,
          ...log.lastLines.map(line => `  | ${line}`),
          `The whole log: ${log.file}`,
        ].join('\n')
      : message;
  }
  const { code } = (error ?? {}) as NodeJS.ErrnoException;
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    return `No space is left on the disk: free some and run this again. (${(error as Error).message})`;
  }
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS') {
    const { path } = error as NodeJS.ErrnoException;
    return `${path ?? 'A file'} cannot be written by this user: change its owner, or clone Callboard into a folder of your own. (${(error as Error).message})`;
  }
  return error instanceof Error ? (error.stack ?? error.message) : `${error}`;
}
