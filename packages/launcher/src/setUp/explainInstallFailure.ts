/**
 * The lines in which Yarn tells of an error, out of all it printed: those with
 * a code (https://yarnpkg.com/advanced/error-codes) that is not one of progress
 * or of a warning, and those of a crash.
 */
export function problemLines(lines: string[]): string[] {
  const problem =
    /^➤ YN(?!0000|0002|0004|0007|0013|0019|0060|0085|0086)\d|^\w*Error( \[\w+\])?: |\bE[A-Z]{4,}\b/;
  return lines.filter(line => line.length < 500 && problem.test(line));
}

/**
 * Why Yarn failed, as one sentence that says what to do, if that is known.
 *
 * @param lines - of {@link problemLines}
 */
export function explainInstallFailure(lines: string[]): string {
  const text = lines.join('\n');
  if (/ENOSPC|EDQUOT/.test(text)) {
    return 'No space is left on the disk: the dependencies take about 4 GB, part of it in Yarn’s cache below your home folder. Free some and run this again.';
  }
  if (/EACCES|EPERM|EROFS/.test(text)) {
    return 'A file could not be written by this user: change the owner of the files, or clone Callboard into a folder of your own.';
  }
  if (/YN0028|lockfile would have been (modified|created)/.test(text)) {
    return 'yarn.lock does not fit the package.json files: run `npm run yarn install`, and commit yarn.lock with them.';
  }
  if (
    /ECONNREFUSED|ERR_SOCKET|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|ECONNRESET|EHOSTUNREACH|ENETUNREACH|RequestError|YN0001: .*(timeout|socket|getaddrinfo)/i.test(
      text,
    )
  ) {
    return 'The npm registry does not answer: check the network and the registry and proxy settings of npm (npm config get registry), and run this again.';
  }
  return 'The dependencies could not be installed.';
}
