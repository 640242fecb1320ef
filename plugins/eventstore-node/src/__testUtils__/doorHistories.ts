// Random histories of a few doors.
import {
  newAggregateId,
  type AggregateId,
} from '@callboard/plugin-eventstore-common';
import fc from 'fast-check';
import type { SpoolerSettings } from '../spoolers/settings';
import {
  ann,
  doorOpened,
  doorShut,
  doorSigned,
  fromTests,
  home,
  toDoor,
} from './doorEvents';
import { doors } from './doorViews';
import { startTestNode, type TestNode } from './testSpoolers';
import type { TestStore } from './testStore';

export type Step =
  | { kind: 'open'; door: number; hand: 'left' | 'right' }
  | { kind: 'shut'; door: number; slammed: boolean }
  | { kind: 'sign'; door: number; floor: number; name: string }
  | { kind: 'erase'; door: number };

/** What a step other than erasure does. */
function eventOf(done: Exclude<Step, { kind: 'erase' }>) {
  switch (done.kind) {
    case 'open':
      return doorOpened.of({ hand: done.hand });
    case 'shut':
      return doorShut.of({ slammed: done.slammed });
    default:
      return doorSigned.of({ name: done.name, floor: done.floor });
  }
}

const DOORS = 4;
const door = fc.integer({ min: 0, max: DOORS - 1 });
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constant('open' as const),
      door,
      hand: fc.constantFrom('left' as const, 'right' as const),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('shut' as const),
      door,
      slammed: fc.boolean(),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('sign' as const),
      door,
      floor: fc.integer({ min: 0, max: 2 }),
      name: fc.string({ unit: 'grapheme', maxLength: 8 }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('erase' as const), door }),
  },
);

/** Pieces of a history, each of which is stored before the next. */
export const histories = fc.array(
  fc.array(step, { minLength: 1, maxLength: 12 }),
  { minLength: 1, maxLength: 6 },
);

/** The doors of one history. */
export function newDoors(): AggregateId[] {
  return Array.from({ length: DOORS }, () => newAggregateId('house.door'));
}

/** Runs the view `doors` on one node for a while. */
export async function withDoors(
  { store, database }: TestStore,
  settings: Partial<SpoolerSettings>,
  task: (node: TestNode) => Promise<void>,
) {
  const node = await startTestNode(
    { knex: database.knex, log: store.log, settings },
    doors,
  );
  try {
    await node.spoolers.views.get('doors').ready({ timeoutMs: 30_000 });
    await task(node);
  } finally {
    await node.stop();
  }
}

/** Waits until the view shows all that is in the log. */
export async function catchUp({ store }: TestStore, { spoolers }: TestNode) {
  const { position } = await store.log.head();
  await spoolers.views.get('doors').waitFor(position, { timeoutMs: 30_000 });
}

/** Stores what happens. */
export async function perform(
  { store }: TestStore,
  ids: readonly AggregateId[],
  steps: readonly Step[],
) {
  for (const next of steps) {
    const id = ids[next.door]!;
    if (next.kind === 'erase') {
      await store.eraseSubject(id, {
        instance: home,
        actor: ann,
        context: fromTests,
      });
      continue;
    }
    // Personal data of someone who was erased is not taken any more.
    try {
      await store.log.append(toDoor(id, 'any', [eventOf(next)]));
    } catch (error) {
      if ((error as { code?: string }).code !== 'eventstore.subject_erased') {
        throw error;
      }
    }
  }
}
