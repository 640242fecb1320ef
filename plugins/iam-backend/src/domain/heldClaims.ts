import type {
  AggregateId,
  ClaimChange,
  ClaimDefinition,
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
