import type { PluginSpoolers } from '@callboard/plugin-eventstore-node';
import { hostOf } from '../service/PluginSpoolers';
import { selectGenerations } from '../spoolers/operations/selectSpooler';
import { pause } from '../spoolers/pause';

/**
 * Every row of every table of a view as text, table by table, sorted.
 *
 * @public
 */
export type ViewDump = Readonly<Record<string, readonly string[]>>;

/**
 * What is in the tables of a view, history included, byte for byte.
 *
 * @param generation - the one that is read when left out
 */
export async function dumpView(
  spoolers: PluginSpoolers,
  view: string,
): Promise<ViewDump> {
  const { knex } = hostOf(spoolers);
  const live = (await selectGenerations(knex, 'view', view))
    .filter(row => row.state === 'live')
    .at(-1);
  if (!live) {
    throw new Error(`View ${view} is not live`);
  }
  const tables = await knex('pg_tables')
    .where({ schemaname: live.schemaName })
    .orderBy('tablename')
    .pluck('tablename');
  const dump: Record<string, string[]> = {};
  for (const table of tables) {
    const { rows } = await knex.raw(
      'SELECT t::text AS row FROM ??.?? AS t ORDER BY 1',
      [live.schemaName!, table],
    );
    dump[table] = rows.map(({ row }: { row: string }) => row);
  }
  return dump;
}

/**
 * Fills a view anew and gives what was in it before and what is in it after.
 * A projection that is pure makes them equal; use it in the tests of every
 * projection.
 *
 * @example
 * ```ts
 * const { before, after } = await compareWithRebuild(spoolers, 'users');
 * expect(after).toEqual(before);
 * ```
 *
 * @public
 */
export async function compareWithRebuild(
  spoolers: PluginSpoolers,
  view: string,
): Promise<{ before: ViewDump; after: ViewDump }> {
  const { position } = await hostOf(spoolers).log.head();
  await spoolers.views.get(view).waitFor(position, { timeoutMs: 60_000 });
  const before = await dumpView(spoolers, view);
  const generation = await spoolers.admin.rebuild(view);
  for (;;) {
    const rows = await selectGenerations(hostOf(spoolers).knex, 'view', view);
    const built = rows.find(row => row.generation === generation);
    if (!built || built.state === 'live') {
      break;
    }
    await pause(5);
  }
  return { before, after: await dumpView(spoolers, view) };
}
