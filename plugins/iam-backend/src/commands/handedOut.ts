/** Nobody hands out more than they hold: no way up by a role or a grant. */
import {
  coversPattern,
  refusal,
  type ScopeId,
} from '@callboard/plugin-iam-common';
import type { Authorizer, Caller } from '../queries/Authorizer';

/** Permissions that somebody gets by a command, and where they hold. */
export interface HandedOut {
  readonly scope: ScopeId;
  readonly patterns: readonly string[];
  /** Of the command: what hands them out. */
  readonly field: string;
  /**
   * What the caller holds there beside administrator roles, by roles of the
   * project that were granted to them.
   */
  readonly alsoHeld?: readonly string[];
}

/**
 * @throws CommandRejectedError `iam.permission.escalation`, with the pattern
 * that the caller does not hold
 */
export async function requireHeld(
  authorizer: Authorizer,
  caller: Caller,
  handedOut: readonly HandedOut[],
): Promise<void> {
  if (caller.kind === 'operator') {
    return;
  }
  const held = new Map<ScopeId, readonly string[]>();
  for (const { scope, patterns, field, alsoHeld = [] } of handedOut) {
    if (patterns.length === 0) {
      continue;
    }
    const own =
      held.get(scope) ??
      (await authorizer.patternsOf(caller, scope, { fresh: true }));
    held.set(scope, own);
    const wide = [...own, ...alsoHeld];
    const missing = patterns.find(
      pattern =>
        !wide.some(each => coversPattern(each, pattern)) ||
        !withinToken(caller, pattern),
    );
    if (missing !== undefined) {
      throw refusal('iam.permission.escalation', field, {
        pattern: missing,
        scope,
      });
    }
  }
}

/** A token can't be used to hand out what it cannot do itself. */
function withinToken(
  caller: Extract<Caller, { kind: 'user' }>,
  pattern: string,
): boolean {
  return (
    caller.tokenScopes === undefined ||
    caller.tokenScopes.some(scope => coversPattern(scope, pattern))
  );
}
