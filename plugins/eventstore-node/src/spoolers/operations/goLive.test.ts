import type { Position } from '@callboard/plugin-eventstore-common';
import {
  createEmptyDatabase,
  type TestDatabase,
} from '../../__testUtils__/testDatabase';
import { migrateViews } from '../migrateViews';
import type { SpoolerRow } from '../tables';
import { addGeneration } from './addGeneration';
import { goLive } from './goLive';
import { selectGenerations } from './selectSpooler';

jest.setTimeout(60_000);

describe('goLive', () => {
  let database: TestDatabase;

  beforeAll(async () => {
    database = await createEmptyDatabase();
    await migrateViews(database.knex);
  });

  afterAll(async () => {
    await database?.destroy();
  });

  /** A view of which one generation is live and another is being built. */
  async function twoGenerations(
    name: string,
    at: { live: number; built: number },
  ) {
    const schemaOf = (generation: number) => `${name}_g${generation}`;
    const add = (state: 'live' | 'building', position: number) =>
      addGeneration(database.knex, {
        kind: 'view',
        name,
        version: 1,
        shape: {},
        state,
        position: position as Position,
        incarnation: 'one',
        goal: 0 as Position,
        schemaOf: generation =>
          state === 'live' ? name : schemaOf(generation),
        createStatements: schema => [
          `create schema ${schema}`,
          `create table ${schema}.t as select '${state}' as filled_as`,
        ],
      });
    await add('live', at.live);
    const built = await add('building', at.built);
    const go = (head: number, row: SpoolerRow = built) =>
      goLive(database.knex, row, {
        liveSchema: name,
        schemaOf,
        head,
        leaseMs: 5_000,
      });
    const read = async () =>
      (await database.knex(`${name}.t`).first()).filled_as;
    const states = async () =>
      (await selectGenerations(database.knex, 'view', name)).map(row => ({
        state: row.state,
        schema: row.schemaName,
        epoch: row.epoch,
      }));
    return { built, go, read, states };
  }

  it('puts what has caught up in the place of what was read', async () => {
    const { go, read, states } = await twoGenerations('even', {
      live: 7,
      built: 7,
    });
    expect(await go(9)).toBe(true);
    expect(await read()).toBe('building');
    // The old one may not be written any more.
    expect(await states()).toEqual([
      { state: 'retired', schema: 'even_g1', epoch: 1 },
      { state: 'live', schema: 'even', epoch: 0 },
    ]);
  });

  it('does nothing while what is read is further', async () => {
    const { go, read, states } = await twoGenerations('behind', {
      live: 8,
      built: 7,
    });
    expect(await go(9)).toBe(false);
    expect(await read()).toBe('live');
    expect(await states()).toMatchObject([
      { state: 'live' },
      { state: 'building' },
    ]);
  });

  it('does not wait for one that is further than the log', async () => {
    const { go, read } = await twoGenerations('other_log', {
      live: 99,
      built: 7,
    });
    expect(await go(9)).toBe(true);
    expect(await read()).toBe('building');
  });

  it('does nothing for a node that leads no more', async () => {
    const { built, go, read } = await twoGenerations('deposed', {
      live: 7,
      built: 7,
    });
    await expect(go(9, { ...built, epoch: built.epoch + 1 })).rejects.toThrow(
      'is led by another node now',
    );
    expect(await read()).toBe('live');
  });
});
