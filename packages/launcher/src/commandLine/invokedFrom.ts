import { resolve } from 'node:path';

/**
 * The path a person meant: npm runs scripts in the repository's root, and tells
 * in which folder it was called.
 */
export function fromWhereInvoked(path: string): string {
  return resolve(process.env.INIT_CWD ?? process.cwd(), path);
}
