/** How far the catalog has been told, and under which names groups are in it. */
import { resolvePackagePath } from '@backstage/backend-plugin-api';
import type { Knex } from 'knex';

/** Tables of its own: the catalog migrates the same database. */
const MIGRATIONS_TABLE = 'iam_feed_migrations';
const MIGRATIONS_LOCK = 1_702_258_090;

export interface Checkpoint {
  readonly position: number;
  readonly incarnation: string;
  readonly settings: string;
}

export async function migrateFeed(knex: Knex): Promise<void> {
  await knex.transaction(async transaction => {
    await transaction.raw('select pg_advisory_xact_lock(?)', [MIGRATIONS_LOCK]);
    await transaction.migrate.latest({
      directory: resolvePackagePath(
        '@callboard/plugin-catalog-backend-module-iam',
        'migrations',
      ),
      tableName: MIGRATIONS_TABLE,
    });
  });
}

export async function readCheckpoint(
  knex: Knex,
  name: string,
): Promise<Checkpoint | undefined> {
  const row = await knex('iam_feed').where({ name }).first();
  return row && { ...row, position: Number(row.position) };
}

export async function writeCheckpoint(
  knex: Knex,
  name: string,
  checkpoint: Checkpoint,
): Promise<void> {
  await knex('iam_feed')
    .insert({ name, ...checkpoint })
    .onConflict('name')
    .merge();
}

/** Lets everything after a position be told again. */
export async function stepBack(
  knex: Knex,
  name: string,
  position: number,
): Promise<void> {
  await knex('iam_feed')
    .where({ name })
    .update({ position: knex.raw('least(position, ?)', [position]) });
}

/** Names by id. */
export async function readNames(
  knex: Knex,
  ids: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const rows = await knex('iam_feed_names').whereIn('id', [...ids]);
  return new Map(rows.map(row => [row.id, row.entity_ref]));
}

/** Those of the names that somebody other than these has by now. */
export async function namesOfOthers(
  knex: Knex,
  names: readonly string[],
  ids: readonly string[],
): Promise<ReadonlySet<string>> {
  const rows = await knex('iam_feed_names')
    .whereIn('entity_ref', [...names])
    .whereNotIn('id', [...ids])
    .select('entity_ref');
  return new Set(rows.map(row => row.entity_ref));
}

export async function writeNames(
  knex: Knex,
  names: ReadonlyMap<string, string>,
  gone: readonly string[],
): Promise<void> {
  if (gone.length > 0) {
    await knex('iam_feed_names')
      .whereIn('id', [...gone])
      .delete();
  }
  if (names.size > 0) {
    await knex('iam_feed_names')
      .insert([...names].map(([id, entity_ref]) => ({ id, entity_ref })))
      .onConflict('id')
      .merge();
  }
}

export async function forgetNames(knex: Knex): Promise<void> {
  await knex('iam_feed_names').delete();
}
