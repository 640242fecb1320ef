import type { GroupId } from '@callboard/plugin-iam-common';
import { IdMap } from '../IdMap';

/** A directed graph of groups that never changes, like {@link IdMap}. */
export class Graph {
  static readonly EMPTY = new Graph(IdMap.empty());

  readonly #edges: IdMap<GroupId, ReadonlySet<GroupId>>;

  private constructor(edges: IdMap<GroupId, ReadonlySet<GroupId>>) {
    this.#edges = edges;
  }

  /** Where edges from a group lead to. */
  from(group: GroupId): ReadonlySet<GroupId> {
    return this.#edges.get(group) ?? new Set();
  }

  with(from: GroupId, to: GroupId): Graph {
    return new Graph(this.#edges.with(from, new Set([...this.from(from), to])));
  }

  without(from: GroupId, to: GroupId): Graph {
    const rest = [...this.from(from)].filter(each => each !== to);
    return new Graph(
      rest.length > 0
        ? this.#edges.with(from, new Set(rest))
        : this.#edges.without(from),
    );
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
    return [...this.#edges].flatMap(([from, all]) =>
      [...all].map((to): [GroupId, GroupId] => [from, to]),
    );
  }
}
