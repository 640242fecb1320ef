/**
 * Every permission of the portal, decided from IAM: the plugins are the real
 * ones, and what people have been given is in the log.
 */
import type { AddressInfo } from 'node:net';
import {
  mockCredentials,
  mockServices,
  startTestBackend,
  TestDatabases,
} from '@backstage/backend-test-utils';
import {
  coreServices,
  createBackendPlugin,
  type PermissionsService,
} from '@backstage/backend-plugin-api';
import type { Entity } from '@backstage/catalog-model';
import catalog from '@backstage/plugin-catalog-backend';
import permission from '@backstage/plugin-permission-backend';
import {
  createPermission,
  type AuthorizeResult,
} from '@backstage/plugin-permission-common';
import catalogFromIam from '@callboard/plugin-catalog-backend-module-iam';
import eventstore from '@callboard/plugin-eventstore-backend';
import iam from '@callboard/plugin-iam-backend';
import {
  userEntityRef,
  type OrganizationId,
  type ProjectId,
  type RoleCondition,
  type ScopeId,
  type UserId,
} from '@callboard/plugin-iam-common';
import {
  iamServiceRef,
  type IamReadOptions,
  type IamService,
} from '@callboard/plugin-iam-node';
import permissionFromIam from '@callboard/plugin-permission-backend-module-iam';
import request from 'supertest';
import { INSTANCE, IamWorld } from '../__testUtils__/IamWorld';
import { startBackend } from '../__testUtils__/startBackend';
import { provideThings } from '../__testUtils__/provideThings';

jest.setTimeout(120_000);

const databases = TestDatabases.create({ ids: ['POSTGRES_18'] });
const world = new IamWorld();
let permissions: PermissionsService;
let inProcess: IamService;
let remote: IamService;
let elsewhere: Awaited<ReturnType<typeof startTestBackend>>;
let backend: Awaited<ReturnType<typeof startTestBackend>>;
let home: OrganizationId;
let project: ProjectId;

const asking = createBackendPlugin({
  pluginId: 'asking',
  register: env =>
    env.registerInit({
      deps: { permissions: coreServices.permissions, iam: iamServiceRef },
      init: async deps => {
        permissions = deps.permissions;
        inProcess = deps.iam;
      },
    }),
});

beforeAll(async () => {
  backend = await startBackend({
    databases,
    config: {
      auth: { providers: { guest: { userEntityRef: 'user:default/guest' } } },
    },
    features: [
      eventstore,
      iam,
      permission,
      permissionFromIam,
      catalog,
      catalogFromIam,
      provideThings,
      asking,
      world.plugin,
    ],
  });
  home = await world.begin('home');
  project = await world.project(home, 'portal');
  elsewhere = await startElsewhere();
});

/** A backend without IAM, which asks the other one. */
async function startElsewhere() {
  const { port } = backend.server.address() as AddressInfo;
  return startTestBackend({
    features: [
      createBackendPlugin({
        pluginId: 'asking',
        register: env =>
          env.registerInit({
            deps: { iam: iamServiceRef },
            init: async ({ iam: asked }) => {
              remote = asked;
            },
          }),
      }),
      mockServices.discovery.mock({
        getBaseUrl: async plugin => `http://localhost:${port}/api/${plugin}`,
      }).factory,
    ],
  });
}

afterAll(async () => {
  await elsewhere?.stop();
  await backend?.stop();
});

const released = createPermission({
  name: 'deployments.release.approve',
  attributes: { action: 'update' },
});

async function ask(
  user: UserId | string,
  name = 'deployments.release.approve',
): Promise<AuthorizeResult> {
  const ref = user.startsWith('iam.') ? userEntityRef(user as UserId) : user;
  const [decision] = await permissions.authorize(
    [{ permission: { ...released, name } as typeof released }],
    { credentials: mockCredentials.user(ref) },
  );
  return decision!.result;
}

let people = 0;
const person = (organization = home) => {
  people += 1;
  return world.person(organization, `person${people}`);
};

describe('what nothing allows is denied', () => {
  it('to a person without a role', async () => {
    expect(await ask(await person())).toBe('DENY');
  });

  it.each([
    ['the guest, where guests have no role', 'user:default/guest'],
    ['somebody IAM does not know', 'user:default/mallory'],
    [
      'an id that nobody has',
      'user:default/01890a5d-ac96-774b-bcce-b302099a8057',
    ],
  ])('to %s', async (_, ref) => {
    expect(await ask(ref)).toBe('DENY');
  });
});

describe('a role', () => {
  beforeAll(async () => {
    await world.role(project, 'approver', [
      { pattern: 'deployments.release.*' },
    ]);
  });

  it('carries what its patterns include, and no more', async () => {
    const ann = await person();
    await world.grant(ann, project, 'approver');
    expect(await ask(ann)).toBe('ALLOW');
    expect(await ask(ann, 'deployments.pipeline.remove')).toBe('DENY');
  });

  it('that was granted or taken away counts from the next request on', async () => {
    const ann = await person();
    for (let round = 0; round < 25; round++) {
      await world.grant(ann, project, 'approver');
      expect(await ask(ann)).toBe('ALLOW');
      await world.revoke(ann, project, 'approver');
      expect(await ask(ann)).toBe('DENY');
    }
  });

  it('comes through groups in groups, and goes with them', async () => {
    const ann = await person();
    const [outer, middle, inner] = await Promise.all(
      ['outer', 'middle', 'inner'].map(slug => world.group(home, slug)),
    );
    await world.grant(outer!, project, 'approver');
    await world.join(ann, inner!);
    expect(await ask(ann)).toBe('DENY');
    await world.nest(outer!, middle!);
    await world.nest(middle!, inner!);
    expect(await ask(ann)).toBe('ALLOW');
    await world.unnest(outer!, middle!);
    expect(await ask(ann)).toBe('DENY');
  });

  it('ends with the person', async () => {
    const ann = await person();
    await world.grant(ann, project, 'approver');
    await world.removePerson(ann);
    expect(await ask(ann)).toBe('DENY');
  });

  it('of another organization says nothing about the portal at large', async () => {
    const other = await world.organization('elsewhere');
    const theirs = await world.project(other, 'theirs');
    await world.role(theirs, 'everything', [{ pattern: '*' }]);
    const bob = await person(other);
    await world.grant(bob, theirs, 'everything');
    expect(await ask(bob)).toBe('DENY');
    expect(await ask(bob, 'eventstore.log.backup')).toBe('DENY');
  });

  it('gives none of the permissions of IAM itself', async () => {
    await world.role(project, 'usurper', [{ pattern: '*' }]);
    const ann = await person();
    await world.grant(ann, project, 'usurper');
    expect(await ask(ann, 'iam.user.remove')).toBe('DENY');
  });
});

describe('administrators', () => {
  it('of the instance may do everything', async () => {
    const ann = await person();
    await world.assign(ann, INSTANCE, 'instance-owner');
    expect(await ask(ann)).toBe('ALLOW');
    expect(await ask(ann, 'eventstore.log.backup')).toBe('ALLOW');
    await world.unassign(ann, INSTANCE, 'instance-owner');
    expect(await ask(ann)).toBe('DENY');
  });

  it('of an organization may see the screens of IAM, but not change the portal', async () => {
    const ann = await person();
    await world.assign(ann, home, 'organization-owner');
    expect(await ask(ann, 'iam.user.read')).toBe('ALLOW');
    expect(await ask(ann, 'iam.instance.update')).toBe('DENY');
    expect(await ask(ann, 'eventstore.log.backup')).toBe('DENY');
  });
});

describe('conditions', () => {
  /** Names of the entities that somebody gets to see. */
  async function seenBy(user: UserId): Promise<string[]> {
    const { body } = await request(backend.server)
      .get('/api/catalog/entities')
      .set('authorization', mockCredentials.user.header(userEntityRef(user)))
      .expect(200);
    return body
      .map(({ metadata }: Entity) => metadata.name)
      .filter((name: string) => name.startsWith('thing-'))
      .sort();
  }

  async function withRole(
    key: string,
    conditions: RoleCondition[],
  ): Promise<UserId> {
    await world.role(project, key, [
      { pattern: 'catalog.entity.read', conditions },
    ]);
    const ann = await person();
    await world.grant(ann, project, key);
    return ann;
  }

  beforeAll(async () => {
    const all = await withRole('all', []);
    while ((await seenBy(all)).length < 4) {
      await new Promise(setImmediate);
    }
  });

  it('none: the whole catalog', async () => {
    expect(await seenBy(await withRole('reader', []))).toEqual([
      'thing-api',
      'thing-of-elsewhere',
      'thing-of-team',
      'thing-tagged',
    ]);
  });

  it('tagged', async () => {
    const ann = await withRole('tagged', [
      { kind: 'tagged', tags: ['public', 'open'] },
    ]);
    expect(await seenBy(ann)).toEqual(['thing-tagged']);
  });

  it('of a kind', async () => {
    const ann = await withRole('apis', [{ kind: 'kind', kinds: ['API'] }]);
    expect(await seenBy(ann)).toEqual(['thing-api']);
  });

  it('owned, through a group around one’s own', async () => {
    const ann = await withRole('owner', [{ kind: 'owned' }]);
    expect(await seenBy(ann)).toEqual([]);
    const [team, squad] = [
      await world.group(home, 'team'),
      await world.group(home, 'squad'),
    ];
    await world.nest(team, squad);
    await world.join(ann, squad);
    expect(await seenBy(ann)).toEqual(['thing-of-team']);
    await world.leave(ann, squad);
    expect(await seenBy(ann)).toEqual([]);
  });

  it('of the organization in which the role was granted', async () => {
    const ann = await withRole('insider', [{ kind: 'organization' }]);
    expect(await seenBy(ann)).toEqual(['thing-of-team', 'thing-tagged']);
  });

  it('all of a role’s have to hold; several roles add up', async () => {
    const ann = await withRole('both', [
      { kind: 'organization' },
      { kind: 'tagged', tags: ['public'] },
    ]);
    expect(await seenBy(ann)).toEqual(['thing-tagged']);
    await world.grant(ann, project, 'apis');
    expect(await seenBy(ann)).toEqual(['thing-api', 'thing-tagged']);
  });

  it('an administrator of an organization sees that organization’s', async () => {
    const bob = await person();
    const far = await world.organization('far');
    await world.assign(bob, far, 'organization-owner');
    expect(await seenBy(bob)).toEqual(['thing-of-elsewhere']);
    expect(await ask(bob, 'catalog.entity.create')).toBe('DENY');
  });

  it('decide about one thing as about lists', async () => {
    const ann = await withRole('one', [{ kind: 'kind', kinds: ['API'] }]);
    for (const [entity, status] of [
      ['component/home/thing-of-team', 404],
      ['api/default/thing-api', 200],
    ] as const) {
      const response = await request(backend.server)
        .get(`/api/catalog/entities/by-name/${entity}`)
        .set('authorization', mockCredentials.user.header(userEntityRef(ann)));
      expect(response.status).toBe(status);
    }
  });
});

describe('asking IAM', () => {
  it('tells who somebody is, and their groups with those around them', async () => {
    const ann = await person();
    const outer = await world.group(home, 'far-out');
    const inner = await world.group(home, 'far-in');
    await world.nest(outer, inner);
    await world.join(ann, inner);
    const fresh = { fresh: true };
    for (const iamService of [inProcess, remote]) {
      await expect(iamService.userOf(ann, fresh)).resolves.toMatchObject({
        id: ann,
        entityRef: userEntityRef(ann),
        status: 'active',
        organization: home,
        email: `person${people}@example.com`,
      });
      const groups = await iamService.groupsOf(ann, fresh);
      expect(
        groups.map(({ entityRef, direct }) => [entityRef, direct]).sort(),
      ).toEqual([
        ['group:home/far-in', true],
        ['group:home/far-out', false],
      ]);
    }
  });

  it('answers for a project, now and then, in and between processes', async () => {
    const ann = await person();
    const shop = await world.project(home, 'shop');
    await world.role(shop, 'seller', [{ pattern: 'shop.item.*' }]);
    const before = await world.grant(ann, shop, 'seller');
    const after = await world.revoke(ann, shop, 'seller');
    for (const iamService of [inProcess, remote]) {
      const may = (options: IamReadOptions, where: ScopeId = shop) =>
        iamService.may(ann, 'shop.item.sell', where, options);
      await expect(may({ after })).resolves.toBe(false);
      await expect(may({ asOf: before })).resolves.toBe(true);
      await expect(may({ asOf: before }, project)).resolves.toBe(false);
    }
  });

  it('is not for people', async () => {
    const ann = await person();
    await world.assign(ann, INSTANCE, 'instance-owner');
    for (const header of [
      mockCredentials.user.header(userEntityRef(ann)),
      mockCredentials.none.header(),
    ]) {
      const { status } = await request(backend.server)
        .post('/api/iam/questions/v1/userOf')
        .set('authorization', header)
        .send({ user: ann, options: {} });
      expect([401, 403]).toContain(status);
    }
  });

  it('refuses what it does not know', async () => {
    const { status } = await request(backend.server)
      .post('/api/iam/questions/v1/userOf')
      .set('authorization', mockCredentials.service.header())
      .send({ user: 'iam.group/x', options: {} });
    expect(status).toBe(400);
  });
});
