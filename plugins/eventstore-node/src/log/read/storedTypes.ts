import type { Knex } from 'knex';
import { selectRows } from './selectEvents';

/**
 * Every instance and event type that occurs in the log. Hops from one to the
 * next in the index, so it costs a look-up for each and not one for each event.
 */
export async function storedTypes(
  knex: Knex,
): Promise<{ instance: string; type: string }[]> {
  const rows = await selectRows(
    knex,
    `with recursive hop as (
      (select instance, type from events order by instance, type limit 1)
      union all
      select next.instance, next.type from hop cross join lateral (
        select instance, type from events
          where (instance, type) > (hop.instance, hop.type)
          order by instance, type limit 1
      ) next
    ) select instance, type from hop`,
    [],
  );
  return rows.map(([instance, type]) => ({ instance: instance!, type: type! }));
}
