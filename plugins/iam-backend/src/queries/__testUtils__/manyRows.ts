/**
 * 100,000 users in 20 organizations and 10,000 groups, put straight into the
 * tables of the views: what plans are made for. One organization has half of
 * the users; a tenth of the users and a fifth of the grants have changed once.
 */
import {
  newEventId,
  type InstanceId,
} from '@callboard/plugin-eventstore-common';
import {
  administrationGained,
  instanceAggregateId,
} from '@callboard/plugin-iam-common';
import { searchText, sortKey } from '../../projections/searchText';
import type { TestViews } from './TestViews';

export const MANY = {
  instance: 'default' as InstanceId,
  users: 100_000,
  groups: 10_000,
  organizations: 20,
  projects: 400,
  /** Where rows have changed. */
  changedAt: 5_000,
  /** How long the log is. */
  head: 20_000,
} as const;

const uuid = (text: string) => `(md5(${text}))::uuid::text`;
const organizationSql = (i: string) =>
  `'iam.organization/' || ${uuid(`'o' || (CASE WHEN ${i} % 2 = 0 THEN 0 ELSE ${i} % 20 END)`)}`;

const PAST = ['', '_history'] as const;

/** `valid_from` of a row that has changed if so, and `valid_to` of its past. */
const validity = (past: string, changed: string) =>
  past
    ? `1, ${MANY.changedAt}`
    : `case when ${changed} then ${MANY.changedAt} else 1 end`;

/** The id of a row, as the statements below make it. */
export async function idOf(
  test: TestViews,
  type: string,
  letter: string,
  number: number,
): Promise<string> {
  const { rows } = await test.knex.raw(
    `select ? || '/' || ${uuid('?::text')} as id`,
    [type, `${letter}${number}`],
  );
  return rows[0].id;
}

export async function fillViews(test: TestViews): Promise<void> {
  const { knex } = test;
  const { instance } = MANY;
  const scope = instanceAggregateId(instance);
  for (let at = 0; at < 2; at += 1) {
    // Of a kind that no view is about.
    await test.store.log.append({
      instance,
      actor: { kind: 'system', id: 'test' },
      context: { plugin: 'iam' },
      aggregates: [
        {
          id: `iam.access/${newEventId()}` as never,
          expected: 'any',
          events: Array.from({ length: MANY.head / 2 }, () =>
            administrationGained.of({
              subject: `iam.user/${newEventId()}` as never,
              scope,
            }),
          ),
        },
      ],
    });
  }
  await test.caughtUp();
  await knex.raw(
    'create table names (n int primary key, name text, sort_name text, search text, pieces text[])',
  );
  const given = ['Ann', 'Bo', 'Chloe', 'Dmitri', 'Eve', 'Farid', 'Grace', 'Hu'];
  const family = [
    'Smith',
    'Ng',
    'Muller',
    'Okafor',
    'Silva',
    'Kowalski',
    'Ito',
  ];
  const names = Array.from({ length: 1_000 }, (_, n) => {
    const name = `${given[n % 8]}${n} ${family[n % 7]}${n % 131}`;
    const texts = [name, `user${n}`, `user${n}@example.org`];
    const { search, pieces } = searchText(texts);
    return { n, name, sort_name: sortKey(name), search, pieces };
  });
  await knex.batchInsert('names', names, 500);
  const statements = [
    `insert into iam_access_v1.scopes (id, instance, kind, organization, instance_scope, status, blocked, valid_from)
      values ('${scope}', '${instance}', 'instance', null, '${scope}', 'active', false, 1)`,
    `insert into iam_access_v1.scopes (id, instance, kind, organization, instance_scope, status, blocked, valid_from)
      select distinct id, '${instance}', 'organization', id, '${scope}', 'active', false, 1
      from generate_series(0, 39) i, lateral (select ${organizationSql('i')} as id) o`,
    `insert into iam_access_v1.scopes (id, instance, kind, organization, instance_scope, status, blocked, valid_from)
      select 'iam.project/' || ${uuid(`'p' || i`)}, '${instance}', 'project', ${organizationSql('i')}, '${scope}', 'active', false, 1
      from generate_series(0, ${MANY.projects - 1}) i`,
    ...PAST.map(
      past => `insert into iam_access_v1.actors${past} (id, instance, organization, status, valid_from${past ? ', valid_to' : ''})
      select 'iam.user/' || ${uuid(`'u' || i`)}, '${instance}', ${organizationSql('i')}, 'active', ${validity(past, 'i % 5 = 0')}
      from generate_series(0, ${MANY.users - 1}) i ${past ? 'where i % 5 = 0' : ''}`,
    ),
    // Each in three groups, one of them with very many members.
    ...PAST.map(
      past => `insert into iam_access_v1.memberships${past} (member, group_id, instance, kind, since, decided_by, valid_from${past ? ', valid_to' : ''})
      select distinct on (i, g) 'iam.user/' || ${uuid(`'u' || i`)}, 'iam.group/' || ${uuid(`'g' || g`)}, '${instance}', 'user', '2026-01-01'::timestamptz + i * interval '1 second', 'user:x', ${validity(past, 'i % 5 = 0')}
      from generate_series(0, ${MANY.users - 1}) i, unnest(array[i % ${MANY.groups}, (i * 7) % ${MANY.groups}, 0]) g
      ${past ? 'where i % 5 = 0' : ''}`,
    ),
    // Groups in groups, eight deep.
    `insert into iam_access_v1.memberships (member, group_id, instance, kind, since, decided_by, valid_from)
      select 'iam.group/' || ${uuid(`'g' || i`)}, 'iam.group/' || ${uuid(`'g' || (i - 1000)`)}, '${instance}', 'group', '2026-01-01', 'user:x', 1
      from generate_series(2000, ${MANY.groups - 1}) i`,
    `insert into iam_access_v1.project_roles (project, key, instance, organization, name, permissions, patterns, status, effective, created_at, valid_from)
      select 'iam.project/' || ${uuid(`'p' || i`)}, 'role-' || r, '${instance}', ${organizationSql('i')}, 'Role ' || r,
        '[{"pattern":"catalog.*.read","conditions":[]}]', array['catalog.*.read', 'x.' || r], 'active', true, '2026-01-01', 1
      from generate_series(0, ${MANY.projects - 1}) i, generate_series(0, 9) r`,
    // Two for each user, one for each group.
    ...PAST.map(
      past => `insert into iam_access_v1.grants${past} (subject, project, role, instance, organization, project_organization, since, decided_by, valid_from${past ? ', valid_to' : ''})
      select 'iam.' || kind || '/' || ${uuid(`left(kind, 1) || i`)}, 'iam.project/' || ${uuid(`'p' || (i * (1 + n)) % ${MANY.projects}`)}, 'role-' || (i + n) % 10,
        '${instance}', ${organizationSql('i')}, ${organizationSql(`((i * (1 + n)) % ${MANY.projects})`)}, '2026-01-01'::timestamptz + i * interval '1 second', 'user:x',
        ${validity(past, 'i % 5 = 0')}
      from (select 'user' as kind, i, n from generate_series(0, ${MANY.users - 1}) i, generate_series(0, 1) n
        union all select 'group', i, 0 from generate_series(0, ${MANY.groups - 1}) i) s
      ${past ? 'where i % 5 = 0' : ''}`,
    ),
    `insert into iam_access_v1.administrators (scope, subject, role, instance, kind, organization, since, decided_by, valid_from)
      values ('${scope}', 'iam.user/' || ${uuid(`'u0'`)}, 'instance-owner', '${instance}', 'instance', null, now(), 'user:x', 1)`,
    // A tenth of the groups administers something.
    ...PAST.map(
      past => `insert into iam_access_v1.administrators${past} (scope, subject, role, instance, kind, organization, since, decided_by, valid_from${past ? ', valid_to' : ''})
      select ${organizationSql('i')}, 'iam.group/' || ${uuid(`'g' || i`)}, 'organization-viewer', '${instance}', 'organization', ${organizationSql('i')}, now(), 'user:x', ${validity(past, 'true')}
      from generate_series(1, ${MANY.groups - 1}, 10) i`,
    ),
    ...PAST.map(
      past => `insert into iam_users_v2.users${past} (id, instance, organization, type, status, gone, username, display_name, email, email_verified, phone_verified, has_secret, created_at, changed_at, username_key, email_key, sort_name, search, pieces, valid_from${past ? ', valid_to' : ''})
      select 'iam.user/' || ${uuid(`'u' || i`)}, '${instance}', ${organizationSql('i')}, 'human', 'active', false, 'user' || i, n.name, 'user' || i || '@example.org', true, false, false,
        '2026-01-01'::timestamptz + i * interval '1 second', '2026-01-01', 'user' || i, 'user' || i || '@example.org', n.sort_name, n.search, n.pieces,
        ${validity(past, 'i % 10 = 0')}
      from generate_series(0, ${MANY.users - 1}) i join names n on n.n = i % 1000
      ${past ? 'where i % 10 = 0' : ''}`,
    ),
    `insert into iam_users_v2.metadata ("user", key, value, valid_from)
      select 'iam.user/' || ${uuid(`'u' || i`)}, 'desk', 'D' || i, 1
      from generate_series(0, ${MANY.users - 1}) i`,
    `insert into iam_users_v2.tokens ("user", token, name, digest, scopes, created_at, expires_at, valid_from)
      select 'iam.user/' || ${uuid(`'u' || i`)}, ${uuid(`'t' || i`)}, 'build', md5('d' || i), array['*'], '2026-01-01', '2027-01-01', 1
      from generate_series(0, ${MANY.users - 1}) i`,
    `insert into iam_users_v2.keys ("user", key, public_key, created_at, expires_at, valid_from)
      select 'iam.user/' || ${uuid(`'u' || i`)}, ${uuid(`'k' || i`)}, '{}', '2026-01-01', '2027-01-01', 1
      from generate_series(0, ${MANY.users - 1}) i`,
    `insert into iam_groups_v1.groups (id, instance, organization, name, slug, status, gone, created_at, changed_at, sort_name, search, pieces, valid_from)
      select 'iam.group/' || ${uuid(`'g' || i`)}, '${instance}', ${organizationSql('i')}, n.name, 'group-' || i, 'active', false,
        '2026-01-01'::timestamptz + i * interval '1 second', '2026-01-01', n.sort_name, n.search, n.pieces, 1
      from generate_series(0, ${MANY.groups - 1}) i join names n on n.n = i % 1000`,
  ];
  for (const statement of statements) {
    await knex.raw(statement.replaceAll('?', '\\?'));
  }
  for (const schema of ['access', 'users', 'groups']) {
    const { rows } = await knex.raw(
      'select schemaname, tablename from pg_tables where schemaname ~ ?',
      [`^iam_${schema}_v\\d+$`],
    );
    for (const { schemaname, tablename } of rows) {
      await knex.raw('vacuum analyze ??.??', [schemaname, tablename]);
    }
  }
}
