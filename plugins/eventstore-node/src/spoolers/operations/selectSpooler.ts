import type { Knex } from 'knex';
import { SPOOLER_COLUMNS, toSpoolerRow, type SpoolerRow } from '../tables';

/** One spooler's row; undefined when it is gone. */
export async function selectSpooler(
  knex: Knex,
  id: number,
): Promise<SpoolerRow | undefined> {
  const { rows } = await knex.raw(
    `SELECT ${SPOOLER_COLUMNS} FROM eventstore_spoolers AS s WHERE s.id = ?`,
    [id],
  );
  return rows[0] && toSpoolerRow(rows[0]);
}

/** All generations of a view or reactor, oldest first. */
export async function selectGenerations(
  knex: Knex,
  kind: string,
  name: string,
  options?: { lock: boolean },
): Promise<SpoolerRow[]> {
  const { rows } = await knex.raw(
    `SELECT ${SPOOLER_COLUMNS} FROM eventstore_spoolers AS s
      WHERE s.kind = ? AND s.name = ? ORDER BY s.id
      ${options?.lock ? 'FOR NO KEY UPDATE' : ''}`,
    [kind, name],
  );
  return rows.map(toSpoolerRow);
}
