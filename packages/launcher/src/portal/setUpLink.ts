/**
 * The link with which a new portal's first administrator is made, if a line of
 * the backend's log tells it.
 */
export function setUpLink(line: string): string | undefined {
  return /https?:\/\/[^\s"#]+\/iam\/set-up#[\w-]+/.exec(line)?.[0];
}
