import type { GroupId } from '@callboard/plugin-iam-common';

const BUCKETS = 256;

type Bucket = ReadonlyMap<GroupId, ReadonlySet<GroupId>>;

/**
 * A directed graph that never changes: each edge more or less makes another
 * one that shares all but one part in 256 with it. Folding 10,000 edges one by
 * one would otherwise copy the whole graph 10,000 times.
 */
export class Graph {
  static readonly EMPTY = new Graph([]);

  readonly #buckets: readonly (Bucket | undefined)[];

  private constructor(buckets: readonly (Bucket | undefined)[]) {
    this.#buckets = buckets;
  }

  /** Where edges from a group lead to. */
  from(group: GroupId): ReadonlySet<GroupId> {
    return this.#buckets[bucketOf(group)]?.get(group) ?? new Set();
  }

  with(from: GroupId, to: GroupId): Graph {
    return this.#replace(from, new Set([...this.from(from), to]));
  }

  without(from: GroupId, to: GroupId): Graph {
    const rest = [...this.from(from)].filter(each => each !== to);
    return this.#replace(from, new Set(rest));
  }

  /** All that can be reached from a group, itself included. */
  reachable(from: GroupId): Set<GroupId> {
    const found = new Set([from]);
    for (const group of found) {
      this.from(group).forEach(next => found.add(next));
    }
    return found;
  }

  /** Groups on the longest way from a group, itself included. */
  longestWay(from: GroupId): number {
    const known = new Map<GroupId, number>();
    const measure = (group: GroupId): number => {
      const before = known.get(group);
      if (before !== undefined) {
        return before;
      }
      const ways = [...this.from(group)].map(measure);
      const length = ways.reduce((a, b) => Math.max(a, b), 0) + 1;
      known.set(group, length);
      return length;
    };
    return measure(from);
  }

  edges(): [GroupId, GroupId][] {
    return this.#buckets.flatMap(bucket =>
      [...(bucket ?? [])].flatMap(([from, all]) =>
        [...all].map((to): [GroupId, GroupId] => [from, to]),
      ),
    );
  }

  #replace(from: GroupId, to: ReadonlySet<GroupId>): Graph {
    const at = bucketOf(from);
    const bucket = new Map(this.#buckets[at]);
    if (to.size > 0) {
      bucket.set(from, to);
    } else {
      bucket.delete(from);
    }
    const buckets = [...this.#buckets];
    buckets[at] = bucket;
    return new Graph(buckets);
  }
}

/** The end of a UUID is random, in version 7 as well (RFC 9562 §5.7). */
function bucketOf(group: GroupId): number {
  return parseInt(group.slice(-2), 16) % BUCKETS;
}
