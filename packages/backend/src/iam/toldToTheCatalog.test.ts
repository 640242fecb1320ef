/** What the catalog is told of IAM, mutation by mutation. */
import {
  coreServices,
  createBackendModule,
} from '@backstage/backend-plugin-api';
import { startTestBackend, TestDatabases } from '@backstage/backend-test-utils';
import catalogFromIam from '@callboard/plugin-catalog-backend-module-iam';
import {
  userEntityRef,
  type GroupId,
  type OrganizationId,
  type UserId,
} from '@callboard/plugin-iam-common';
import { compareWithRebuild } from '@callboard/plugin-eventstore-node/testing';
import type { Knex } from 'knex';
import { IamWorld } from '../__testUtils__/IamWorld';
import { RecordingCatalog } from '../__testUtils__/RecordingCatalog';
import { startBackend } from '../__testUtils__/startBackend';

jest.setTimeout(120_000);

const databases = TestDatabases.create({ ids: ['POSTGRES_18'] });
const world = new IamWorld();
const catalog = new RecordingCatalog();
let backend: Awaited<ReturnType<typeof startTestBackend>>;
let acme: OrganizationId;
let ann: UserId;
let platform: GroupId;
let knex: Knex;

const database = createBackendModule({
  pluginId: 'catalog',
  moduleId: 'database-for-the-test',
  register: env =>
    env.registerInit({
      deps: { service: coreServices.database },
      init: async ({ service }) => {
        knex = await service.getClient();
      },
    }),
});

beforeAll(async () => {
  backend = await startBackend({
    databases,
    features: [catalog.plugin, catalogFromIam, database, world.plugin],
  });
  await catalog.until(() => catalog.mutations.length > 0);
});

afterAll(async () => {
  await backend?.stop();
});

/** What the catalog is told because of something, as deltas. */
async function deltasOf(
  happens: () => Promise<unknown>,
  told: () => boolean,
): Promise<{ added: string[]; removed: string[] }> {
  const before = catalog.mutations.length;
  await happens();
  await catalog.until(told);
  const since = catalog.mutations.slice(before);
  expect(since.map(({ type }) => type)).toEqual(since.map(() => 'delta'));
  return {
    added: since.flatMap(mutation =>
      mutation.type === 'delta'
        ? mutation.added.map(
            ({ entity: { kind, metadata } }) =>
              `${kind.toLowerCase()}:${metadata.namespace}/${metadata.name}`,
          )
        : [],
    ),
    removed: since.flatMap(mutation =>
      mutation.type === 'delta'
        ? mutation.removed.map(each =>
            'entityRef' in each ? each.entityRef : '',
          )
        : [],
    ),
  };
}

const spec = (ref: string) => catalog.entities.get(ref)?.spec;

it('starts with all there is, once', () => {
  expect(catalog.mutations.map(({ type }) => type)).toEqual(['full']);
  expect(catalog.refs).toEqual([]);
});

it('tells of an organization, a group and a person as they come', async () => {
  acme = await world.begin('acme');
  platform = await world.group(acme, 'platform');
  ann = await world.person(acme, 'ann');
  await world.join(ann, platform);
  const ref = userEntityRef(ann);
  await catalog.until(
    () => (spec(ref)?.memberOf as string[] | undefined)?.length === 1,
  );

  expect(catalog.refs).toEqual([
    'group:acme/platform',
    'group:acme/whole.organization',
    ref,
  ]);
  expect(catalog.entities.get(ref)).toEqual({
    apiVersion: 'backstage.io/v1alpha1',
    kind: 'User',
    metadata: {
      namespace: 'default',
      name: ref.slice('user:default/'.length),
      title: 'ann Example',
      annotations: {
        'backstage.io/managed-by-location': `iam:${ann}`,
        'backstage.io/managed-by-origin-location': `iam:${ann}`,
        'callboard.io/organization': 'acme',
      },
    },
    spec: {
      profile: { displayName: 'ann Example', email: 'ann@example.com' },
      memberOf: ['group:acme/platform'],
    },
  });
  expect(spec('group:acme/platform')).toMatchObject({
    parent: 'group:acme/whole.organization',
    children: [],
  });
});

it('tells of nobody else when one person changes', async () => {
  await world.person(acme, 'bystander');
  const ref = userEntityRef(ann);
  const delta = await deltasOf(
    () => world.renamePerson(ann, 'Ann Other'),
    () => catalog.entities.get(ref)?.metadata.title === 'Ann Other',
  );
  expect(new Set(delta.added).has(ref)).toBe(true);
  expect(delta.removed).toEqual([]);
  expect(delta.added).not.toContain('group:acme/platform');
});

it('nests groups, also in several', async () => {
  const [core, web] = [
    await world.group(acme, 'core'),
    await world.group(acme, 'web'),
  ];
  const delta = await deltasOf(
    async () => {
      await world.nest(core, platform);
      await world.nest(web, platform);
    },
    () =>
      ['group:acme/core', 'group:acme/web'].every(
        ref => (spec(ref)?.children as string[] | undefined)?.length === 1,
      ),
  );
  expect(spec('group:acme/core')?.children).toEqual(['group:acme/platform']);
  expect(spec('group:acme/platform')).not.toHaveProperty('parent');
  expect(delta.added.some(ref => ref.startsWith('user:'))).toBe(false);
  await deltasOf(
    async () => {
      await world.unnest(core, platform);
      await world.unnest(web, platform);
    },
    () => (spec('group:acme/web')?.children as string[]).length === 0,
  );
});

it('calls a group by its new name, everywhere, and takes back the old one', async () => {
  const delta = await deltasOf(
    () => world.changeGroup(platform, 'foundation'),
    () =>
      (spec(userEntityRef(ann))?.memberOf as string[])[0] ===
      'group:acme/foundation',
  );
  expect(delta.removed).toEqual(['group:acme/platform']);
  expect([...new Set(delta.added)].sort()).toEqual([
    'group:acme/foundation',
    userEntityRef(ann),
  ]);
});

it('lets two groups swap names', async () => {
  const [left, right] = [
    await world.group(acme, 'left'),
    await world.group(acme, 'right'),
  ];
  await catalog.until(() => spec('group:acme/right') !== undefined);
  await deltasOf(
    async () => {
      await world.changeGroup(left, 'middle');
      await world.changeGroup(right, 'left');
      await world.changeGroup(left, 'right');
    },
    () =>
      catalog.entities.get('group:acme/right')?.metadata.annotations?.[
        'backstage.io/managed-by-location'
      ] === `iam:${left}`,
  );
  expect(catalog.refs.filter(ref => /left|middle|right/.test(ref))).toEqual([
    'group:acme/left',
    'group:acme/right',
  ]);
});

it('is told again what it could not take', async () => {
  catalog.failsNext = true;
  const cleo = await world.person(acme, 'cleo');
  await catalog.until(() => spec(userEntityRef(cleo)) !== undefined);
  expect(catalog.mutations.filter(({ type }) => type === 'full')).toHaveLength(
    1,
  );
});

it('takes away who was removed or erased', async () => {
  const gone = await world.person(acme, 'gone');
  const lost = await world.person(acme, 'lost');
  const both = [userEntityRef(gone), userEntityRef(lost)];
  await catalog.until(() => both.every(ref => catalog.entities.has(ref)));
  await world.removePerson(gone);
  await world.erasePerson(lost);
  await catalog.until(() => !both.some(ref => catalog.entities.has(ref)));
  expect(
    JSON.stringify(await directoryRows()).match(/gone@|lost@|(gone|lost) E/),
  ).toBe(null);
});

it('names everything of an organization anew with it, and lets go of it', async () => {
  const other = await world.organization('globex');
  const sales = await world.group(other, 'sales');
  const dan = await world.person(other, 'dan');
  await world.join(dan, sales);
  await catalog.until(
    () =>
      (spec(userEntityRef(dan))?.memberOf as string[] | undefined)?.length ===
      1,
  );
  const delta = await deltasOf(
    () => world.changeSlug(other, 'initech'),
    () =>
      catalog.entities.get(userEntityRef(dan))?.metadata.annotations?.[
        'callboard.io/organization'
      ] === 'initech',
  );
  expect(delta.removed.sort()).toEqual([
    'group:globex/sales',
    'group:globex/whole.organization',
  ]);
  expect(spec(userEntityRef(dan))?.memberOf).toEqual(['group:initech/sales']);

  await world.removeGroup(sales);
  await world.removePerson(dan);
  await world.removeOrganization(other);
  await catalog.until(
    () =>
      !catalog.entities.has(userEntityRef(dan)) &&
      !catalog.refs.some(ref => ref.includes('initech')),
  );
});

it('draws the same from a directory that was filled anew', async () => {
  const { before, after } = await compareWithRebuild(
    world.spoolers.plugins.get('catalog')!,
    'iam_directory',
  );
  expect(after).toEqual(before);
  expect(catalog.mutations.filter(({ type }) => type === 'full')).toHaveLength(
    1,
  );
});

it('has told of everything in pieces, never of all again', async () => {
  const many = 700;
  const before = catalog.mutations.length;
  const added: UserId[] = [];
  for (let i = 0; i < many; i++) {
    added.push(await world.person(acme, `p${i}`));
  }
  await catalog.until(() =>
    added.every(user => catalog.entities.has(userEntityRef(user))),
  );
  const since = catalog.mutations.slice(before);
  const told = since.flatMap(mutation =>
    mutation.type === 'delta' ? mutation.added : [],
  );
  expect(since.some(({ type }) => type === 'full')).toBe(false);
  expect(told).toHaveLength(many);
});

it('tells everything when the log is another one', async () => {
  const before = catalog.refs;
  await knex('iam_feed').update({ incarnation: 'of the log before' });
  await catalog.until(
    () => catalog.mutations.filter(({ type }) => type === 'full').length === 2,
  );
  expect(catalog.refs).toEqual(before);
  const delta = await deltasOf(
    () => world.changeGroup(platform, 'platform'),
    () => catalog.entities.has('group:acme/platform'),
  );
  expect(delta.removed).toContain('group:acme/foundation');
});

async function directoryRows(): Promise<unknown> {
  const { before } = await compareWithRebuild(
    world.spoolers.plugins.get('catalog')!,
    'iam_directory',
  );
  return before;
}
