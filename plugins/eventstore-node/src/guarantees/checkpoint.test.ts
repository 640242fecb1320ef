// G6: a batch and its checkpoint are written together or not at all, so that
// whatever ends a process or a statement, no event is applied twice or never.
import {
  newAggregateId,
  type Position,
} from '@callboard/plugin-eventstore-common';
import { doorOpened, toDoor } from '../__testUtils__/doorEvents';
import { doors } from '../__testUtils__/doorViews';
import { startTestNode, type TestNode } from '../__testUtils__/testSpoolers';
import { startTestStore, type TestStore } from '../__testUtils__/testStore';
import { hostOf } from '../service/PluginSpoolers';
import { pause } from '../spoolers/pause';

jest.setTimeout(60_000);

describe('a batch and its checkpoint (G6)', () => {
  let test: TestStore;
  let node: TestNode | undefined;

  beforeEach(async () => {
    test = await startTestStore();
    await test.database.knex.raw(`
      create function refuse() returns trigger language plpgsql as $$
        begin raise exception 'refused by the test'; end $$`);
  });

  afterEach(async () => {
    await node?.stop();
    await test?.stop();
  });

  const openings = async () =>
    (await test.database.knex('house_doors_v1.hands').first())?.openings;

  it.each([
    [
      'the checkpoint',
      'eventstore_spoolers',
      'before update on eventstore_spoolers for each row when (new.position > old.position)',
    ],
    [
      'a table of the view',
      'house_doors_v1.hands',
      'before insert or update on house_doors_v1.hands for each row',
    ],
  ])('are not written when %s is refused', async (_what, table, when) => {
    const { knex } = test.database;
    node = await startTestNode({ knex, log: test.store.log }, doors);
    const view = node.spoolers.views.get('doors');
    await view.ready();
    const open = async (): Promise<Position> =>
      (
        await test.store.log.append(
          toDoor(newAggregateId('house.door'), 0, [
            doorOpened.of({ hand: 'left' }),
          ]),
        )
      ).position;
    await view.waitFor(await open());
    const [before] = await node.spoolers.admin.states();
    await knex.raw(`create trigger refuse ${when} execute function refuse()`);

    const position = await open();
    while (!hostOf(node.spoolers).leading(1)?.failingSince) {
      await pause(5);
    }
    expect(await openings()).toBe('1');
    const row = await knex('eventstore_spoolers').where({ id: 1 }).first();
    expect(Number(row.position)).toBe(before!.position);
    expect(Number(row.events)).toBe(1);

    await knex.raw(`drop trigger refuse on ${table}`);
    await view.waitFor(position, { timeoutMs: 30_000 });
    expect(await openings()).toBe('2');
  });
});
