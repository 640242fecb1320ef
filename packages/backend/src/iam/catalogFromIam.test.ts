/** IAM's users and groups in the catalog itself, with their relations. */
import {
  mockCredentials,
  startTestBackend,
  TestDatabases,
} from '@backstage/backend-test-utils';
import {
  coreServices,
  createBackendModule,
} from '@backstage/backend-plugin-api';
import type { AlphaEntity } from '@backstage/catalog-model/alpha';
import catalog from '@backstage/plugin-catalog-backend';
import catalogFromIam from '@callboard/plugin-catalog-backend-module-iam';
import { userEntityRef } from '@callboard/plugin-iam-common';
import type { Knex } from 'knex';
import request from 'supertest';
import { IamWorld } from '../__testUtils__/IamWorld';
import { startBackend } from '../__testUtils__/startBackend';

jest.setTimeout(120_000);

const databases = TestDatabases.create({ ids: ['POSTGRES_18'] });
const world = new IamWorld();
let backend: Awaited<ReturnType<typeof startTestBackend>>;
let knex: Knex;

beforeAll(async () => {
  backend = await startBackend({
    databases,
    features: [
      catalog,
      catalogFromIam,
      world.plugin,
      createBackendModule({
        pluginId: 'catalog',
        moduleId: 'database-for-the-test',
        register: env =>
          env.registerInit({
            deps: { database: coreServices.database },
            init: async ({ database }) => {
              knex = await database.getClient();
            },
          }),
      }),
    ],
  });
});

afterAll(async () => {
  await backend?.stop();
});

async function entityOf(ref: string): Promise<AlphaEntity | undefined> {
  const [kind, rest] = ref.split(':') as [string, string];
  const { status, body } = await request(backend.server)
    .get(`/api/catalog/entities/by-name/${kind}/${rest}`)
    .set('authorization', mockCredentials.service.header());
  return status === 200 ? body : undefined;
}

async function until(holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds())) {
    await new Promise(setImmediate);
  }
}

const targets = (entity: AlphaEntity | undefined, type: string) =>
  (entity?.relations ?? [])
    .filter(relation => relation.type === type)
    .map(({ targetRef }) => targetRef)
    .sort();

it('relates people to groups, groups to groups and organizations', async () => {
  const acme = await world.begin('acme');
  const [outer, second, inner] = [
    await world.group(acme, 'outer'),
    await world.group(acme, 'second'),
    await world.group(acme, 'inner'),
  ];
  await world.nest(outer, inner);
  await world.nest(second, inner);
  const ann = await world.person(acme, 'ann');
  await world.join(ann, inner);
  const user = userEntityRef(ann);

  await until(
    async () =>
      targets(await entityOf(user), 'memberOf').length === 1 &&
      targets(await entityOf('group:acme/inner'), 'childOf').length === 2 &&
      targets(await entityOf('group:acme/inner'), 'hasMember').length === 1 &&
      targets(await entityOf('group:acme/whole.organization'), 'parentOf')
        .length === 2,
  );
  expect(targets(await entityOf(user), 'memberOf')).toEqual([
    'group:acme/inner',
  ]);
  expect(targets(await entityOf('group:acme/inner'), 'childOf')).toEqual([
    'group:acme/outer',
    'group:acme/second',
  ]);
  expect(targets(await entityOf('group:acme/inner'), 'hasMember')).toEqual([
    user,
  ]);
  expect((await entityOf(user))?.status?.items ?? []).toEqual([]);

  await world.erasePerson(ann);
  await until(async () => (await entityOf(user)) === undefined);
  await until(
    async () =>
      targets(await entityOf('group:acme/inner'), 'hasMember').length === 0,
  );
  expect(await tablesThatSay('ann@example.com')).toEqual([]);
});

/** Tables of the catalog in which a text is found. */
async function tablesThatSay(text: string): Promise<string[]> {
  const { rows } = await knex.raw(
    `SELECT schemaname AS schema, tablename AS name FROM pg_tables
     WHERE schemaname LIKE 'catalog%'`,
  );
  const found: string[] = [];
  for (const { schema, name } of rows) {
    const { rows: hits } = await knex.raw(
      `SELECT count(*)::int AS hits FROM ??.?? AS t WHERE t::text LIKE ?`,
      [schema, name, `%${text}%`],
    );
    if (hits[0].hits > 0) {
      found.push(`${schema}.${name}`);
    }
  }
  expect(rows.length).toBeGreaterThan(10);
  return found;
}
