import type { Knex } from 'knex';
import { tableName } from '../../projections/statements';
import { DeposedError } from '../errors';
import { describe, type SpoolerRow } from '../tables';

/**
 * Sets a spooler back: a generation being built is emptied and begins again, a
 * reactor goes on from another position.
 *
 * @throws DeposedError when another node leads
 */
export async function rewind(
  knex: Knex,
  row: SpoolerRow,
  to: { position: number; incarnation: string },
): Promise<void> {
  await knex.transaction(async trx => {
    const changed = await trx('eventstore_spoolers')
      .where({ id: row.id, epoch: row.epoch })
      .update({
        ...to,
        anchor_position: null,
        anchor_event: null,
        quarantined: 0,
        tracked: true,
      });
    if (changed === 0) {
      throw new DeposedError(describe(row));
    }
    await trx('eventstore_quarantine').where({ spooler_id: row.id }).delete();
    await trx('eventstore_touched').where({ spooler_id: row.id }).delete();
    if (row.schemaName) {
      const { rows } = await trx.raw(
        'SELECT tablename FROM pg_tables WHERE schemaname = ?',
        [row.schemaName],
      );
      for (const { tablename } of rows) {
        await trx.raw(`TRUNCATE ${tableName(row.schemaName, tablename)}`);
      }
    }
  });
}
