import type { Knex } from 'knex';
import { quote } from '../../projections/statements';
import { DeposedError } from '../errors';
import { describe, type SpoolerRow } from '../tables';
import { selectGenerations } from './selectSpooler';

/**
 * Puts a generation that has been built in the place of the one that is read,
 * in one transaction. Readers name the schema, so each of their statements sees
 * either the one or the other.
 *
 * @param options - `liveSchema`: the name that is read; `schemaOf`: where a
 * generation is that is not read; `head`: of the log
 * @returns false when the old one is further: then there would be a way back
 * @throws DeposedError when another node builds it
 */
export async function goLive(
  knex: Knex,
  built: SpoolerRow,
  options: {
    liveSchema: string;
    schemaOf: (generation: number) => string;
    head: number;
    leaseMs: number;
  },
): Promise<boolean> {
  return knex.transaction(async trx => {
    // A process that is stopped in here must not keep the rows locked.
    await trx.raw(
      `SELECT set_config('idle_in_transaction_session_timeout', ?, true),
        set_config('lock_timeout', ?, true)`,
      [String(options.leaseMs), String(options.leaseMs)],
    );
    const rows = await selectGenerations(trx, built.kind, built.name, {
      lock: true,
    });
    const own = rows.find(row => row.id === built.id);
    if (!own || own.epoch !== built.epoch || own.state !== 'building') {
      throw new DeposedError(describe(built));
    }
    const live = rows.filter(row => row.state === 'live');
    // One that is ahead of the log itself was made from another log.
    if (
      live.some(
        row => row.position > own.position && row.position <= options.head,
      )
    ) {
      return false;
    }
    for (const row of live.filter(({ version }) => version === own.version)) {
      const schema = options.schemaOf(row.generation);
      await rename(trx, row.schemaName!, schema);
      await trx('eventstore_spoolers')
        .where({ id: row.id })
        .update({
          state: 'retired',
          epoch: trx.raw('epoch + 1'),
          node: null,
          schema_name: schema,
        });
    }
    await rename(trx, own.schemaName!, options.liveSchema);
    await trx('eventstore_spoolers').where({ id: own.id }).update({
      state: 'live',
      schema_name: options.liveSchema,
      live_at: trx.fn.now(),
    });
    return true;
  });
}

async function rename(trx: Knex, from: string, to: string): Promise<void> {
  await trx.raw(`ALTER SCHEMA ${quote(from)} RENAME TO ${quote(to)}`);
}
