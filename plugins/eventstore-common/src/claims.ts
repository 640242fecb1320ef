import { BadArgumentError } from './errors';
import { lineSchema, type AggregateId } from './identifiers';

/**
 * A change to who holds a unique value. It is stored together with the events
 * of the same append, or not at all.
 *
 * - `claim`: take a value nobody holds (holding it already is success).
 * - `release`: give it up.
 * - `move`: hand it from the aggregate `from`, which must hold it, to `owner`.
 *
 * @public
 */
export interface ClaimChange {
  readonly op: 'claim' | 'release' | 'move';
  readonly kind: string;
  /** `instance`: unique within the append's instance. `global`: everywhere. */
  readonly scope: 'instance' | 'global';
  /** Only a keyed digest of the value is stored. */
  readonly personal: boolean;
  /** As it is compared. */
  readonly value: string;
  /**
   * The aggregate that takes or gives up the value; the one the events belong
   * to when left out.
   */
  readonly owner?: AggregateId;
  /** Of a move: the aggregate that holds the value now. */
  readonly from?: AggregateId;
}

/** @public */
export interface ClaimDefinition {
  readonly kind: string;
  readonly scope: 'instance' | 'global';
  readonly personal: boolean;
  /** How two spellings of one value are made equal. */
  normalize(value: string): string;
  claim(value: string, owner?: AggregateId): ClaimChange;
  release(value: string, owner?: AggregateId): ClaimChange;
  move(value: string, from: AggregateId, owner?: AggregateId): ClaimChange;
}

const KIND = /^[a-z][a-z0-9_]*(?:\.[a-z][a-z0-9_]*){1,3}$/;
const MAX_VALUE_LENGTH = 512;

/** Equal for people: compatibility forms, letter case and outer blanks fold. */
function foldSpelling(value: string): string {
  return value.trim().normalize('NFKC').toLowerCase();
}

/**
 * Describes a kind of unique value.
 *
 * @example
 * ```ts
 * export const loginName = defineClaim({
 *   kind: 'iam.user.login_name',
 *   personal: true,
 * });
 * return { events: [userCreated.of(payload)], claims: [loginName.claim(name)] };
 * ```
 *
 * @throws {@link BadArgumentError} when the kind is misspelt; its `claim`,
 * `release` and `move` throw it for an empty or too long value
 * @public
 */
export function defineClaim(options: {
  /** `<context>.<aggregate>.<what>`, e.g. `iam.user.login_name`. */
  kind: string;
  /** `instance` when left out. */
  scope?: 'instance' | 'global';
  /** The value says something about a person (an e-mail address). */
  personal?: boolean;
  /** Trims, folds Unicode compatibility forms and lower-cases when left out. */
  normalize?: (value: string) => string;
}): ClaimDefinition {
  if (!KIND.test(options.kind)) {
    throw new BadArgumentError(
      'kind',
      `'${options.kind}' must look like <context>.<aggregate>.<what>`,
    );
  }
  const normalize = options.normalize ?? foldSpelling;
  const base = {
    kind: options.kind,
    scope: options.scope ?? 'instance',
    personal: options.personal ?? false,
  } as const;
  const comparable = (value: string) => {
    const normalized = typeof value === 'string' ? normalize(value) : '';
    const valid = lineSchema.max(MAX_VALUE_LENGTH).safeParse(normalized);
    if (!valid.success) {
      throw new BadArgumentError(
        'value',
        `of ${options.kind} must have 1 to ${MAX_VALUE_LENGTH} characters, and no control characters`,
      );
    }
    return normalized;
  };
  return Object.freeze({
    ...base,
    normalize,
    claim: (value: string, owner?: AggregateId) => ({
      ...base,
      op: 'claim' as const,
      value: comparable(value),
      owner,
    }),
    release: (value: string, owner?: AggregateId) => ({
      ...base,
      op: 'release' as const,
      value: comparable(value),
      owner,
    }),
    move: (value: string, from: AggregateId, owner?: AggregateId) => ({
      ...base,
      op: 'move' as const,
      value: comparable(value),
      from,
      owner,
    }),
  });
}
