import { z } from 'zod';
import { fault } from '../values/fault';

const SEGMENT = /^[A-Za-z0-9_-]+$/;

/**
 * Which permissions a role carries: a permission's name, or one in which `*`
 * stands for one or more of its dot-separated segments.
 *
 * Names of IAM (`iam.user.lock`) and of Backstage plugins
 * (`catalog.entity.read`) are matched alike, letter by letter:
 * `iam.user.*` is everything about users, `*.read` every permission to read,
 * `*` everything.
 *
 * @public
 */
export const permissionPatternSchema = z
  .string()
  .min(1)
  .max(200)
  .refine(
    pattern => /^[A-Za-z0-9_.*-]*$/.test(pattern),
    fault('iam.input.alphabet'),
  )
  .refine(pattern => {
    const segments = pattern.split('.');
    // Two wildcards in a row say no more than one, and need not be compared.
    return segments.every(
      (segment, at) =>
        SEGMENT.test(segment) || (segment === '*' && segments[at + 1] !== '*'),
    );
  }, fault('iam.input.format'));

/**
 * Whether a pattern includes a permission.
 *
 * @public
 */
export function matchesPermission(
  pattern: string,
  permission: string,
): boolean {
  return includes(pattern.split('.'), permission.split('.'));
}

/**
 * Whether everything that `narrow` includes is included by `wide`. What nobody
 * may hand out more than they have is decided with.
 *
 * @public
 */
export function coversPattern(wide: string, narrow: string): boolean {
  // A wildcard of `narrow` is one opaque segment: only a wildcard takes it.
  return includes(wide.split('.'), narrow.split('.'));
}

/** Greedy matching with one place to fall back to, as for file globs. */
function includes(
  pattern: readonly string[],
  segments: readonly string[],
): boolean {
  let at = 0;
  let next = 0;
  let wildcard = -1;
  let taken = 0;
  while (next < segments.length) {
    if (pattern[at] === '*') {
      wildcard = at;
      at += 1;
      // A wildcard takes at least one segment.
      next += 1;
      taken = next;
    } else if (at < pattern.length && pattern[at] === segments[next]) {
      at += 1;
      next += 1;
    } else if (wildcard >= 0) {
      taken += 1;
      next = taken;
      at = wildcard + 1;
    } else {
      return false;
    }
  }
  return at === pattern.length;
}
