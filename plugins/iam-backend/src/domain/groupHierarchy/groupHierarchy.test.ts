import {
  groupDropped,
  subgroupAdded,
  subgroupRemoved,
} from '@callboard/plugin-iam-common';
import fc from 'fast-check';
import { ids } from '../__testUtils__/scene';
import { specifyCommands } from '../__testUtils__/specifyCommands';
import { Graph } from './Graph';
import { groupHierarchyAggregate } from './groupHierarchy';

const groups = Array.from({ length: 17 }, () => ids.group());
const [a, b, c] = [groups[0]!, groups[1]!, groups[2]!];
const edge = (parent: typeof a, child: typeof a) =>
  subgroupAdded.of({ parent, child });
const chain = (length: number) =>
  groups.slice(1, length).map((child, at) => edge(groups[at]!, child));

specifyCommands(groupHierarchyAggregate, {
  AddSubgroup: [
    { it: 'adds', with: { parent: a, child: b }, then: [edge(a, b)] },
    {
      it: 'lets a group have several parents',
      given: [edge(a, c)],
      with: { parent: b, child: c },
      then: [edge(b, c)],
    },
    {
      it: 'puts no group into itself',
      with: { parent: a, child: a },
      refused: ['iam.group.cycle', 'child'],
    },
    {
      it: 'puts no group into itself through others',
      given: [edge(a, b), edge(b, c)],
      with: { parent: c, child: a },
      refused: ['iam.group.cycle', 'child'],
    },
    {
      it: 'goes 16 deep',
      given: chain(16),
      with: { parent: groups[15], child: groups[16] },
      refused: ['iam.group.too_deep', 'child'],
    },
    {
      it: 'counts what is above and below',
      given: [...chain(15), edge(groups[15]!, groups[16]!)],
      with: { parent: groups[14], child: groups[15] },
      refused: ['iam.group.too_deep', 'child'],
    },
    {
      it: 'refuses the id of something else',
      with: { parent: ids.user(), child: b },
      refused: ['iam.input.wrong_kind', 'parent'],
    },
  ],
  RemoveSubgroup: [
    {
      it: 'removes',
      given: [edge(a, b)],
      with: { parent: a, child: b },
      then: [subgroupRemoved.of({ parent: a, child: b })],
    },
    {
      it: 'does not mix up parent and child',
      given: [edge(a, b)],
      with: { parent: b, child: a },
      then: [],
    },
  ],
  DropGroup: [
    {
      it: 'drops',
      given: [edge(a, b), edge(b, c)],
      with: { group: b },
      then: [groupDropped.of({ group: b })],
    },
  ],
});

describe('Graph', () => {
  it('holds what a plain set of pairs holds', () => {
    const place = fc.nat(groups.length - 1);
    fc.assert(
      fc.property(fc.array(fc.tuple(place, place, fc.boolean())), changes => {
        let graph = Graph.EMPTY;
        const pairs = new Set<string>();
        for (const [from, to, add] of changes) {
          const [one, two] = [groups[from]!, groups[to]!];
          graph = add ? graph.with(one, two) : graph.without(one, two);
          pairs[add ? 'add' : 'delete'](`${one} ${two}`);
        }
        expect(
          graph
            .edges()
            .map(pair => pair.join(' '))
            .sort(),
        ).toEqual([...pairs].sort());
      }),
      { seed: 5 },
    );
  });

  it('folds 10,000 edges without copying 10,000 times all of them', () => {
    const many = Array.from({ length: 10_000 }, () => ids.group());
    const graph = many.reduce(
      (current, child, at) =>
        at === 0
          ? current
          : current.with(many[Math.floor((at - 1) / 10)]!, child),
      Graph.EMPTY,
    );
    expect(graph.reachable(many[0]!).size).toBe(10_000);
    expect(graph.longestWay(many[0]!)).toBe(5);
  });
});
