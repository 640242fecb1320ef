import {
  ClaimTakenError,
  type AggregateId,
  type ClaimChange,
  type ClaimDefinition,
} from '@callboard/plugin-eventstore-common';

/** A unique value that an aggregate in some state holds. */
export interface HeldClaim {
  readonly definition: ClaimDefinition;
  readonly value: string;
}

/**
 * What has to change hands when the values held change from `before` to
 * `after`. Aggregates say what they hold, never what they take or give up: so
 * no claim can be forgotten, released twice or outlive what it was for.
 */
export function claimChanges(
  before: readonly HeldClaim[],
  after: readonly HeldClaim[],
  owner: AggregateId,
): ClaimChange[] {
  const held = byKey(before);
  const wanted = byKey(after);
  return [
    ...without(held, wanted).map(({ definition, value }) =>
      definition.release(value, owner),
    ),
    ...without(wanted, held).map(({ definition, value }) =>
      definition.claim(value, owner),
    ),
  ];
}

function byKey(claims: readonly HeldClaim[]): Map<string, HeldClaim> {
  return new Map(
    claims.map(claim => [
      `${claim.definition.kind} ${claim.definition.normalize(claim.value)}`,
      claim,
    ]),
  );
}

function without(
  claims: Map<string, HeldClaim>,
  others: Map<string, HeldClaim>,
): HeldClaim[] {
  return [...claims].filter(([key]) => !others.has(key)).map(([, c]) => c);
}

/**
 * What several changes after one another come to: one for each value, as an
 * append wants it. A value that one aggregate gives up and another takes is
 * moved; one that ends where it was is left alone.
 *
 * @throws ClaimTakenError when two aggregates take the same value
 */
export function netClaimChanges(
  changes: readonly ClaimChange[],
): ClaimChange[] {
  const values = new Map<
    string,
    { change: ClaimChange; before?: AggregateId; now?: AggregateId }
  >();
  for (const change of changes) {
    const { kind, value, scope, owner } = change;
    const key = JSON.stringify([scope, kind, value]);
    const before = change.op === 'claim' ? undefined : owner;
    const known = values.get(key) ?? { change, before, now: before };
    if (change.op === 'claim' && known.now && known.now !== owner) {
      throw new ClaimTakenError({ kind, value, owner: known.now });
    }
    const now = change.op === 'claim' ? owner : undefined;
    values.set(key, { ...known, now });
  }
  return [...values.values()].flatMap(
    ({ change, before, now }): ClaimChange[] => {
      if (before === now) {
        return [];
      }
      if (before && now) {
        return [{ ...change, op: 'move' as const, from: before, owner: now }];
      }
      return before
        ? [{ ...change, op: 'release' as const, owner: before }]
        : [{ ...change, op: 'claim' as const, owner: now }];
    },
  );
}
