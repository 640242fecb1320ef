import type { InstanceId } from '@callboard/plugin-eventstore-common';
import {
  groupEntityRef,
  type GroupId,
  type OrganizationId,
  type UserId,
} from '@callboard/plugin-iam-common';
import type { IamGroup } from '@callboard/plugin-iam-node';
import type { Knex } from 'knex';
import { compile } from '../queries/permissionSql';

/** A group that is being removed gives nobody anything any more. */
const GROUPS_OF = `
  WITH RECURSIVE held (id, direct) AS (
    SELECT m.group_id, true FROM :memberships
    WHERE m.member = :user AND m.instance = :instance
    UNION
    SELECT m.group_id, false FROM held AS h
    JOIN :memberships ON m.member = h.id
  )
  SELECT g.id, g.name, g.slug, g.organization, o.slug AS organization_slug,
    bool_or(h.direct) AS direct
  FROM held AS h
  JOIN :groups ON g.id = h.id AND g.status = 'active'
  JOIN :organizations ON o.id = g.organization AND NOT o.gone
  GROUP BY g.id, g.name, g.slug, g.organization, o.slug
  ORDER BY g.id`;

/** The groups a user is in, at any depth. */
export async function readGroupsOf(
  knex: Knex,
  tables: {
    readonly memberships: Knex.Raw;
    readonly groups: Knex.Raw;
    readonly organizations: Knex.Raw;
  },
  asked: { readonly user: UserId; readonly instance: InstanceId },
): Promise<IamGroup[]> {
  const { sql, bindings } = compile(knex, GROUPS_OF, { ...tables, ...asked });
  const { rows } = await knex.raw(sql, bindings as Knex.RawBinding[]);
  return rows.map(
    // any: selected above
    (row: any): IamGroup => ({
      id: row.id as GroupId,
      entityRef: groupEntityRef({
        organization: row.organization_slug,
        group: row.slug,
      }),
      organization: row.organization as OrganizationId,
      name: row.name,
      direct: row.direct,
    }),
  );
}
