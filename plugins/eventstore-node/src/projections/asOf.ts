import type { Knex } from 'knex';
import { historyName } from './statements';
import type { TableDefinition } from './defineProjection';

/**
 * A table to select from, as it is now, or as it was when the log ended at a
 * position. Goes wherever knex takes a table: `from`, `join`.
 *
 * The past is the rows of now that were there already, and the past rows that
 * were there still; both halves can use the indexes of the query's conditions.
 */
export function tableAsOf(
  knex: Knex,
  source: {
    schema: string;
    name: string;
    definition: TableDefinition;
    alias: string;
  },
  position: number | undefined,
): Knex.Raw {
  const { schema, name, definition, alias } = source;
  if (position === undefined) {
    return knex.raw('??.?? as ??', [schema, name, alias]);
  }
  const columns = [...Object.keys(definition.columns), 'valid_from'];
  const list = columns.map(() => '??').join(', ');
  return knex.raw(
    `(select ${list} from ??.?? where valid_from <= ? union all select ${list} from ??.?? where valid_from <= ? and valid_to > ?) as ??`,
    [
      ...columns,
      schema,
      name,
      position,
      ...columns,
      schema,
      historyName(name),
      position,
      position,
      alias,
    ],
  );
}
