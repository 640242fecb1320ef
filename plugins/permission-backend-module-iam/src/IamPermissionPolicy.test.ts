/** Conditions, held against entities by the catalog's own rules. */
import { ConfigReader } from '@backstage/config';
import { mockCredentials } from '@backstage/backend-test-utils';
import type { Entity } from '@backstage/catalog-model';
import {
  AuthorizeResult,
  createPermission,
  type PolicyDecision,
} from '@backstage/plugin-permission-common';
import { createConditionAuthorizer } from '@backstage/plugin-permission-node';
import { permissionRules } from '@backstage/plugin-catalog-backend/alpha';
import type {
  Allowance,
  AllowanceCondition,
  IamService,
} from '@callboard/plugin-iam-node';
import {
  readGuest,
  type OrganizationId,
  type UserId,
} from '@callboard/plugin-iam-common';
import { IamPermissionPolicy } from './IamPermissionPolicy';

const UUID = '01890a5d-ac96-774b-bcce-b302099a8057';
const user = `iam.user/${UUID}` as UserId;

const readEntity = createPermission({
  name: 'catalog.entity.read',
  attributes: { action: 'read' },
  resourceType: 'catalog-entity',
});
const createEntity = createPermission({
  name: 'catalog.entity.create',
  attributes: { action: 'create' },
});

const owned: AllowanceCondition = {
  kind: 'owned',
  user,
  owners: [`user:default/${UUID}`, 'group:acme/team'],
};
const ofAcme: AllowanceCondition = {
  kind: 'organization',
  organization: 'iam.organization/x' as OrganizationId,
  slug: 'acme',
};

/** IAM, which says the same to every question, and notes how it was asked. */
function iamThatSays(...conditions: AllowanceCondition[][]) {
  const asked: unknown[][] = [];
  const allowances = conditions.map(
    (each): Allowance => ({
      conditions: each,
      by: { kind: 'role', project: 'iam.project/x' as never, role: 'x' },
    }),
  );
  const iam = {
    allowancesOf: async (...question: unknown[]) => {
      asked.push(question);
      return allowances;
    },
  } as Partial<IamService> as IamService;
  return { iam, asked };
}

function decide(
  iam: IamService,
  permission: Parameters<IamPermissionPolicy['handle']>[0]['permission'],
  userEntityRef = `user:default/${UUID}`,
): Promise<PolicyDecision> {
  const credentials = mockCredentials.user(userEntityRef);
  const info = { userEntityRef, ownershipEntityRefs: [] };
  return new IamPermissionPolicy({ iam }).handle(
    { permission },
    { credentials, info },
  );
}

const authorize = createConditionAuthorizer<Entity>({
  getRuleByName: name =>
    Object.values(permissionRules).find(rule => rule.name === name) as never,
});

function entity(
  kind: string,
  more: { tags?: string[]; owner?: string; organization?: string } = {},
): Entity {
  return {
    apiVersion: 'backstage.io/v1alpha1',
    kind,
    metadata: {
      name: 'x',
      tags: more.tags,
      annotations: { 'callboard.io/organization': more.organization ?? '-' },
    },
    relations: more.owner
      ? [{ type: 'ownedBy', targetRef: more.owner }]
      : undefined,
  };
}

describe('conditions on entities', () => {
  it.each([
    ['owned', [owned], entity('API', { owner: 'group:acme/team' }), true],
    ['owned', [owned], entity('API', { owner: 'group:acme/other' }), false],
    ['of acme', [ofAcme], entity('API', { organization: 'acme' }), true],
    ['of acme', [ofAcme], entity('API', { organization: 'acme-2' }), false],
    [
      'tagged',
      [{ kind: 'tagged', tags: ['a', 'b'] }],
      entity('API', { tags: ['b'] }),
      true,
    ],
    [
      'tagged',
      [{ kind: 'tagged', tags: ['a'] }],
      entity('API', { tags: ['b'] }),
      false,
    ],
    ['of a kind', [{ kind: 'kind', kinds: ['API'] }], entity('API'), true],
    ['of a kind', [{ kind: 'kind', kinds: ['API'] }], entity('User'), false],
    [
      'both',
      [owned, { kind: 'kind', kinds: ['API'] }],
      entity('User', { owner: 'group:acme/team' }),
      false,
    ],
  ] as const)('%s', async (_, conditions, thing, expected) => {
    const { iam } = iamThatSays([...conditions]);
    expect(authorize(await decide(iam, readEntity), thing)).toBe(expected);
  });

  it('of several roles: one is enough', async () => {
    const { iam } = iamThatSays([owned], [ofAcme]);
    const decision = await decide(iam, readEntity);
    const allows = (thing: Entity) => authorize(decision, thing);
    expect(allows(entity('API', { organization: 'acme' }))).toBe(true);
    expect(allows(entity('API', { owner: 'group:acme/team' }))).toBe(true);
    expect(allows(entity('API'))).toBe(false);
  });
});

describe('what cannot be decided is denied', () => {
  it('a condition, where there is no thing', async () => {
    const { iam } = iamThatSays([owned]);
    expect(await decide(iam, createEntity)).toEqual({ result: 'DENY' });
  });

  it('a condition that the plugin of the thing does not know', async () => {
    const readEvent = createPermission({
      name: 'eventstore.event.read',
      attributes: { action: 'read' },
      resourceType: 'eventstore-event',
    });
    expect(await decide(iamThatSays([ofAcme]).iam, readEvent)).toEqual({
      result: 'DENY',
    });
    expect(await decide(iamThatSays([owned]).iam, readEvent)).toMatchObject({
      result: 'CONDITIONAL',
      pluginId: 'eventstore',
    });
  });

  it('things of a plugin that nobody here knows', async () => {
    const readShelf = createPermission({
      name: 'library.shelf.read',
      attributes: { action: 'read' },
      resourceType: 'library-shelf',
    });
    expect(await decide(iamThatSays([owned]).iam, readShelf)).toEqual({
      result: 'DENY',
    });
    expect(await decide(iamThatSays([]).iam, readShelf)).toEqual({
      result: 'ALLOW',
    });
  });
});

describe('who asks', () => {
  it('is asked about anew each time, on all that was stored before', async () => {
    const { iam, asked } = iamThatSays();
    await decide(iam, createEntity);
    await decide(iam, createEntity);
    const question = [user, 'catalog.entity.create', { fresh: true }];
    expect(asked).toEqual([question, question]);
  });

  it('is denied without being IAM’s, and without IAM being asked', async () => {
    const { iam, asked } = iamThatSays([]);
    expect(await decide(iam, createEntity, 'user:default/guest')).toEqual({
      result: 'DENY',
    });
    expect(
      await new IamPermissionPolicy({ iam }).handle({
        permission: createEntity,
      }),
    ).toEqual({ result: 'DENY' });
    expect(asked).toEqual([]);
  });

  it('may be a guest, where the configuration lets guests in', async () => {
    const guest = readGuest(
      new ConfigReader({
        permission: { iam: { guestRole: 'local-trial' } },
        auth: { providers: { guest: { userEntityRef: 'user:default/guest' } } },
      }),
    );
    const { iam } = iamThatSays();
    const policy = new IamPermissionPolicy({ iam, guest });
    const as = async (userEntityRef: string) => {
      const credentials = mockCredentials.user(userEntityRef);
      const info = { userEntityRef, ownershipEntityRefs: [] };
      const { result } = await policy.handle(
        { permission: createEntity },
        { credentials, info },
      );
      return result;
    };
    expect(await as('user:default/guest')).toBe(AuthorizeResult.ALLOW);
    expect(await as('user:default/other')).toBe(AuthorizeResult.DENY);
    expect(readGuest(new ConfigReader({}))).toBeUndefined();
    expect(() =>
      readGuest(
        new ConfigReader({ permission: { iam: { guestRole: 'emperor' } } }),
      ),
    ).toThrow("there is no role 'emperor'");
  });
});
