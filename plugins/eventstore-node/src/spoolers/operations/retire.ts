import type { Knex } from 'knex';
import { quote } from '../../projections/statements';
import type { SpoolerRow } from '../tables';

/**
 * Marks generations of older versions as retired once a newer version is live
 * and no node has led them for a while: nobody runs that version any more.
 */
export async function retireSuperseded(
  knex: Knex,
  kind: string,
  name: string,
  keepMs: number,
): Promise<number> {
  const { rowCount } = await knex.raw(
    `UPDATE eventstore_spoolers AS old SET state = 'retired', epoch = epoch + 1, node = NULL
      WHERE old.kind = ? AND old.name = ? AND old.state <> 'retired'
        AND greatest(old.lease_until, old.created_at) < clock_timestamp() - ? * interval '1 millisecond'
        AND EXISTS (
          SELECT FROM eventstore_spoolers AS live
            WHERE live.kind = old.kind AND live.name = old.name
              AND live.state = 'live' AND live.version > old.version)`,
    [kind, name, keepMs],
  );
  return rowCount;
}

/** Marks a generation that is being built as retired; its spooler is deposed. */
export async function retireBuilding(knex: Knex, id: number): Promise<boolean> {
  const changed = await knex('eventstore_spoolers')
    .where({ id, state: 'building' })
    .update({ state: 'retired', epoch: knex.raw('epoch + 1'), node: null });
  return changed > 0;
}

/** Drops a retired generation, with its tables and its quarantine. */
export async function dropRetired(knex: Knex, row: SpoolerRow): Promise<void> {
  await knex.transaction(async trx => {
    // Someone may still be reading; then it is tried again later.
    await trx.raw(`SELECT set_config('lock_timeout', '1s', true)`);
    const deleted = await trx('eventstore_spoolers')
      .where({ id: row.id, state: 'retired' })
      .delete();
    if (deleted > 0 && row.schemaName) {
      await trx.raw(`DROP SCHEMA IF EXISTS ${quote(row.schemaName)} CASCADE`);
    }
  });
}
