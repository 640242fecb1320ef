import type { AggregateId } from '@callboard/plugin-eventstore-common';

const BUCKETS = 256;

/**
 * A map by aggregate id that never changes: each entry more or less makes
 * another one that shares all but one part in 256 with it. For states with
 * thousands of entries, where folding event by event would otherwise copy all
 * of them each time (10,000 entries: 0.15 s instead of 10 s).
 */
export class IdMap<TId extends AggregateId, TValue> {
  readonly #buckets: readonly (ReadonlyMap<TId, TValue> | undefined)[];
  readonly size: number;

  private constructor(
    buckets: readonly (ReadonlyMap<TId, TValue> | undefined)[],
    size: number,
  ) {
    this.#buckets = buckets;
    this.size = size;
  }

  static empty<TId extends AggregateId, TValue>(): IdMap<TId, TValue> {
    return new IdMap<TId, TValue>([], 0);
  }

  get(id: TId): TValue | undefined {
    return this.#buckets[bucketOf(id)]?.get(id);
  }

  has(id: TId): boolean {
    return this.#buckets[bucketOf(id)]?.has(id) ?? false;
  }

  with(id: TId, value: TValue): IdMap<TId, TValue> {
    const bucket = new Map(this.#buckets[bucketOf(id)]).set(id, value);
    return this.#replace(id, bucket, this.has(id) ? 0 : 1);
  }

  without(id: TId): IdMap<TId, TValue> {
    if (!this.has(id)) {
      return this;
    }
    const bucket = new Map(this.#buckets[bucketOf(id)]);
    bucket.delete(id);
    return this.#replace(id, bucket, -1);
  }

  *[Symbol.iterator](): Iterator<[TId, TValue]> {
    for (const bucket of this.#buckets) {
      yield* bucket ?? [];
    }
  }

  keys(): TId[] {
    return [...this].map(([id]) => id);
  }

  #replace(
    id: TId,
    bucket: ReadonlyMap<TId, TValue>,
    more: number,
  ): IdMap<TId, TValue> {
    const buckets = [...this.#buckets];
    buckets[bucketOf(id)] = bucket;
    return new IdMap(buckets, this.size + more);
  }
}

/** The end of a UUID is random, in version 7 as well (RFC 9562 §5.7). */
function bucketOf(id: AggregateId): number {
  return parseInt(id.slice(-2), 16) % BUCKETS;
}
