// Commands that find their aggregates while they are decided.
import {
  CommandRejectedError,
  defineAggregate,
  defineEvent,
  newAggregateId,
  newEventId,
  type AggregateId,
  type NewEvent,
  type Version,
} from '@callboard/plugin-eventstore-common';
import { z } from 'zod';
import { ann, home } from '../__testUtils__/doorEvents';
import { reasonsOf, valuesOf } from '../__testUtils__/settled';
import { startTestStore, type TestStore } from '../__testUtils__/testStore';
import type { AppendRequest } from '../log/EventLog';
import type { EventStore } from '../service/EventStore';
import { CommandRunner } from './CommandRunner';
import type { UnitOfWork } from './UnitOfWork';

jest.setTimeout(60_000);

const filled = defineEvent({
  type: 'cellar.cask.filled',
  schema: z.object({ litres: z.number(), next: z.string().optional() }),
});
const drawn = defineEvent({
  type: 'cellar.cask.drawn',
  schema: z.object({ litres: z.number() }),
});

interface Cask {
  readonly litres: number;
  readonly next?: AggregateId;
}

/** A cask, and which one to go on with when it is empty. */
const cask = defineAggregate({
  type: 'cellar.cask',
  events: [filled, drawn],
  initial: (): Cask => ({ litres: 0 }),
  evolve: {
    'cellar.cask.filled': (state, { payload }) => ({
      litres: state.litres + payload.litres,
      next: payload.next as AggregateId | undefined,
    }),
    'cellar.cask.drawn': (state, { payload }) => ({
      ...state,
      litres: state.litres - payload.litres,
    }),
  },
  decide: () => [],
});

const who = { instance: home, actor: ann, context: { plugin: 'cellar' } };

/** Draws one litre from the first cask along the row that has one. */
function* draw(first: AggregateId): UnitOfWork<AggregateId> {
  const aggregates: {
    id: AggregateId;
    expected: Version;
    events: NewEvent[];
  }[] = [];
  for (let id: AggregateId | undefined = first; id; ) {
    const { state, version } = yield { definition: cask, id };
    const { litres, next } = state as Cask;
    const found = litres > 0;
    aggregates.push({
      id,
      expected: version,
      events: found ? [drawn.of({ litres: 1 })] : [],
    });
    if (found) {
      return { aggregates, result: id };
    }
    id = next;
  }
  throw new CommandRejectedError('cellar.empty', 'Nothing is left', {
    field: 'cask',
  });
}

describe('executeUnit', () => {
  let test: TestStore;
  let nodes: EventStore[];

  beforeAll(async () => {
    test = await startTestStore();
    nodes = [test.store, await test.another(), await test.another()];
    nodes.forEach(node => node.register(cask.events));
  });

  afterAll(async () => {
    await test?.stop();
  });

  async function fill(
    litres: number,
    next?: AggregateId,
    instance: string = home,
  ): Promise<AggregateId> {
    const id = newAggregateId('cellar.cask');
    await test.store.log.append({
      ...who,
      instance: instance as typeof home,
      aggregates: [
        {
          id,
          expected: 0 as Version,
          events: [filled.of({ litres, ...(next ? { next } : {}) })],
        },
      ],
    });
    return id;
  }

  const drawFrom = (
    first: AggregateId,
    more: { commandId?: string; node?: number; instance?: string } = {},
  ) => {
    const { node = 0, ...rest } = more;
    return nodes[node]!.commands.executeUnit({
      ...who,
      ...(rest as object),
      command: { kind: 'Draw', first },
      unit: () => draw(first),
    });
  };
  const litres = async (id: AggregateId) =>
    (await test.store.commands.load(cask, id, home)).state.litres;

  it('stores what was decided on all that was found', async () => {
    const last = await fill(2);
    const middle = await fill(0, last);
    const first = await fill(0, middle);
    const { answer, result } = await drawFrom(first);
    expect(result).toBe(last);
    expect(answer.events).toMatchObject([
      { type: 'cellar.cask.drawn', aggregateId: last, version: 2 },
    ]);
    expect(await litres(last)).toBe(1);
    const [, event] = await test.store.log.readAggregate(last);
    expect(event!.context).toMatchObject({ plugin: 'cellar' });
  });

  it('passes a refusal on, and stores nothing', async () => {
    const first = await fill(0);
    await expect(drawFrom(first)).rejects.toThrow(
      expect.objectContaining({ code: 'cellar.empty', field: 'cask' }),
    );
    expect(await test.store.log.versionOf(first)).toBe(1);
  });

  it('decides again when another writer was faster, from any node', async () => {
    const last = await fill(20);
    const first = await fill(20, last);
    const results = await Promise.allSettled(
      Array.from({ length: 60 }, (_, index) =>
        drawFrom(first, { node: index % 3 }),
      ),
    );
    expect(valuesOf(results)).toHaveLength(40);
    for (const reason of reasonsOf(results)) {
      expect(reason).toMatchObject({ code: 'cellar.empty' });
    }
    expect([await litres(first), await litres(last)]).toEqual([0, 0]);
    expect(await test.store.log.versionOf(last)).toBe(21);
  });

  it('takes no effect when something it only read has changed', async () => {
    const last = await fill(5);
    const first = await fill(0, last);
    let appends = 0;
    const racing = new CommandRunner({
      digest: async text => text,
      log: Object.assign(Object.create(test.store.log), {
        readAggregate: test.store.log.readAggregate.bind(test.store.log),
        append: async (request: AppendRequest) => {
          appends += 1;
          if (appends === 1) {
            await test.store.log.append({
              ...who,
              aggregates: [
                {
                  id: first,
                  expected: 1 as Version,
                  events: [filled.of({ litres: 3 })],
                },
              ],
            });
          }
          return test.store.log.append(request);
        },
      }),
    });
    const { result } = await racing.executeUnit({
      ...who,
      command: {},
      unit: () => draw(first),
    });
    expect([result, appends]).toEqual([first, 2]);
    expect([await litres(first), await litres(last)]).toEqual([2, 5]);
  });

  it('has one effect and one answer under one command id (G4)', async () => {
    const first = await fill(3);
    const commandId = newEventId();
    const answers = await Promise.all(
      [0, 1, 2, 0, 1, 2].map(node => drawFrom(first, { commandId, node })),
    );
    expect(
      new Set(answers.map(({ answer }) => JSON.stringify(answer))).size,
    ).toBe(1);
    // Only the try that took effect knows what came of it.
    expect(answers.filter(({ result }) => result !== undefined)).toHaveLength(
      1,
    );
    expect(await litres(first)).toBe(2);
    await expect(
      test.store.commands.executeUnit({
        ...who,
        commandId,
        command: { kind: 'Draw', first: 'another' },
        unit: () => draw(first),
      }),
    ).rejects.toThrow(
      expect.objectContaining({ code: 'eventstore.command_id_reused' }),
    );
  });

  it('may be refused between decision and append', async () => {
    const first = await fill(1);
    const seen: AggregateId[] = [];
    await expect(
      test.store.commands.executeUnit({
        ...who,
        command: {},
        unit: () => draw(first),
        async admit(result) {
          seen.push(result);
          throw new CommandRejectedError('cellar.locked', 'No');
        },
      }),
    ).rejects.toThrow(expect.objectContaining({ code: 'cellar.locked' }));
    expect(seen).toEqual([first]);
    expect(await litres(first)).toBe(1);
  });

  it('shows nothing of another instance, and never changes it', async () => {
    const elsewhere = await fill(5, undefined, 'other');
    const here = await fill(0, elsewhere);
    for (const first of [elsewhere, here]) {
      await expect(drawFrom(first)).rejects.toThrow(
        expect.objectContaining({ code: 'cellar.empty' }),
      );
    }
    // What was there to read in another instance guards nothing here.
    const { answer } = await test.store.commands.executeUnit({
      ...who,
      command: {},
      *unit(): UnitOfWork<void> {
        const foreign = yield { definition: cask, id: elsewhere };
        const own = yield { definition: cask, id: here };
        return {
          aggregates: [
            { id: elsewhere, expected: foreign.version, events: [] },
            {
              id: here,
              expected: own.version,
              events: [filled.of({ litres: 1 })],
            },
          ],
          result: undefined,
        };
      },
    });
    expect(answer.events).toHaveLength(1);
    await expect(
      test.store.commands.executeUnit({
        ...who,
        command: {},
        *unit(): UnitOfWork<void> {
          const { version } = yield { definition: cask, id: elsewhere };
          return {
            aggregates: [
              {
                id: elsewhere,
                expected: version,
                events: [drawn.of({ litres: 1 })],
              },
            ],
            result: undefined,
          };
        },
      }),
    ).rejects.toThrow(
      expect.objectContaining({
        code: 'eventstore.wrong_instance',
        status: 404,
      }),
    );
    expect(await test.store.log.versionOf(elsewhere)).toBe(1);
  });

  it.each([
    ['no id', 'x', 'id'],
    ['the id of something else', newAggregateId('cellar.shelf'), 'id'],
  ])('refuses %s', async (_what, id, field) => {
    await expect(drawFrom(id as AggregateId)).rejects.toThrow(
      expect.objectContaining({ code: 'eventstore.bad_argument', field }),
    );
  });
});
