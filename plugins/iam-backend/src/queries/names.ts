/** What subjects, projects and organizations are called, for rows that name them. */
import type { Moment } from './IamViews';
import type { ReadOptions } from './paging/Page';
import type { QueryContext } from './QueryContext';

/** By id. Null: there is none, or it was erased. */
export type Names = ReadonlyMap<string, string | null>;

/** Reads the names of users, groups, projects and organizations at once. */
export async function namesOf(
  context: QueryContext,
  ids: Iterable<string>,
  moment: Moment,
  options: ReadOptions,
): Promise<Names> {
  const { views, knex } = context;
  const wanted = [...new Set(ids)];
  const read = async (
    type: string,
    view: Parameters<typeof context.open>[0],
    table: string,
    column: string,
  ) => {
    const own = wanted.filter(id => id.startsWith(`${type}/`));
    if (own.length === 0) {
      return [];
    }
    const open = await context.open(view, moment, options);
    return knex
      .from(open.table(table, 't'))
      .whereRaw('t.id = any(?::text[])', [own])
      .select('t.id', knex.raw('?? as name', [`t.${column}`]));
  };
  const found = await Promise.all([
    read('iam.user', views.users, 'users', 'display_name'),
    read('iam.group', views.groups, 'groups', 'name'),
    read('iam.project', views.projects, 'projects', 'name'),
    read('iam.organization', views.organizations, 'organizations', 'name'),
  ]);
  return new Map(found.flat().map(({ id, name }) => [id, name]));
}
