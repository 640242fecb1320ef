/** What was just stored is what is read and decided on (G8). */
import { newAggregateId } from '@callboard/plugin-eventstore-common';
import { instanceAggregateId } from '@callboard/plugin-iam-common';
import { grantRoles } from '../domain/access/grantRoles';
import {
  assignAdministrator,
  unassignAdministrator,
} from '../domain/administration/assignAdministrator';
import { addMember, addSubgroup } from '../domain/group/members';
import { changeUser } from '../domain/user/changeUser';
import { Scene } from '../domain/__testUtils__/scene';
import type { Caller } from './Authorizer';
import { PermissionDeniedError } from './Authorizer';
import { TestViews } from './__testUtils__/TestViews';

jest.setTimeout(120_000);

describe('right after an event was stored', () => {
  let test: TestViews;
  let scene: Scene;
  let caller: Extract<Caller, { kind: 'user' }>;
  let stored = 0;

  const store = async () => {
    await test.append(scene.world.log.slice(stored));
    stored = scene.world.log.length;
  };

  beforeAll(async () => {
    test = await TestViews.start();
    scene = new Scene();
    caller = {
      kind: 'user',
      instance: scene.world.instance,
      user: scene.owner,
    };
    await store();
  });

  afterAll(async () => {
    await test?.stop();
  });

  it('a get shows it', async () => {
    const user = scene.user();
    await store();
    for (let round = 0; round < 25; round += 1) {
      const kind = round % 2 === 0 ? 'Lock' : 'Unlock';
      scene.world.run(
        changeUser(
          kind === 'Lock'
            ? { kind, user, reason: 'administrator' }
            : { kind, user },
        ),
      );
      await store();
      const { position } = await test.store.log.head();
      const found = await test.queries.users.get(caller, user);
      expect([found?.status, found?.position]).toEqual([
        kind === 'Lock' ? 'locked' : 'active',
        position,
      ]);
    }
  });

  it('a list that was given its position shows it', async () => {
    for (let round = 0; round < 10; round += 1) {
      const user = scene.user();
      await store();
      const { position } = await test.store.log.head();
      const { items } = await test.queries.users.list(
        caller,
        {},
        { after: position, sort: 'created', descending: true, limit: 1 },
      );
      expect(items.map(({ id }) => id)).toEqual([user]);
    }
  });

  it('a fresh check decides on it, and says what is missing', async () => {
    const scope = instanceAggregateId(scene.world.instance);
    const other = scene.user();
    const one = {
      kind: 'user',
      instance: caller.instance,
      user: other,
    } as const;
    const { authorizer } = test.queries;
    for (let round = 0; round < 10; round += 1) {
      const assignment = {
        scope,
        subject: other,
        role: 'instance-viewer' as const,
      };
      scene.world.run(assignAdministrator(assignment));
      await store();
      await authorizer.require(one, 'iam.user.read', scope, { fresh: true });
      expect(
        await authorizer.patternsOf(one, scene.home, { fresh: true }),
      ).toEqual(['*.read']);
      scene.world.run(unassignAdministrator(assignment));
      await store();
      const denied = authorizer.require(one, 'iam.user.read', scope, {
        fresh: true,
      });
      await expect(denied).rejects.toThrow(PermissionDeniedError);
      await expect(denied).rejects.toMatchObject({
        name: 'NotAllowedError',
        code: 'iam.permission.denied',
        permission: 'iam.user.read',
        scope,
      });
    }
  });

  it("a token does what its scopes and its user's roles allow", async () => {
    const { authorizer } = test.queries;
    const token = { ...caller, tokenScopes: ['iam.user.*', '*.remove'] };
    const may = (permission: Parameters<typeof authorizer.may>[1]) =>
      authorizer.may(token, permission, scene.home, { fresh: true });
    expect(await may('iam.user.lock')).toBe(true);
    expect(await may('iam.group.remove')).toBe(true);
    expect(await may('iam.group.read')).toBe(false);
    expect(await authorizer.patternsOf(token, scene.home)).toEqual([
      '*.remove',
      'iam.user.*',
    ]);
  });

  it('explains by which chain, since when, decided by whom', async () => {
    const user = scene.user();
    const group = scene.group();
    const wider = scene.group();
    const project = scene.project();
    scene.world.run(addMember({ group, user }));
    scene.world.run(addSubgroup({ parent: wider, child: group }));
    await store();
    const before = await test.caughtUp();
    scene.world.run(
      grantRoles({ subject: wider, project, roles: [{ key: 'reader' }] }),
    );
    await store();
    const position = await test.caughtUp();
    const question = { subject: user, permission: 'catalog.entity.read' };
    const explained = await test.queries.explainer.explain(caller, question);
    expect(explained).toMatchObject({
      decision: 'allow',
      obstacles: [],
      chains: [
        {
          obstacles: [],
          conditions: [],
          links: [
            { kind: 'membership', member: user, group },
            { kind: 'membership', member: group, group: wider },
            {
              kind: 'grant',
              holder: wider,
              project,
              role: 'reader',
              decided: {
                position,
                type: 'iam.access.role_granted',
                actor: { kind: 'user', id: 'tester' },
              },
            },
            {
              kind: 'role',
              of: project,
              role: 'reader',
              decided: { type: 'iam.project.role_added' },
            },
          ],
        },
      ],
    });
    const chain = explained!.chains[0]!;
    expect(chain.since).toBe(chain.links[2]!.decided!.at);
    expect(
      await test.queries.explainer.explain(caller, question, { asOf: before }),
    ).toEqual({ decision: 'deny', obstacles: [], chains: [] });
    scene.world.run(
      changeUser({ kind: 'Lock', user, reason: 'administrator' }),
    );
    await store();
    expect(
      await test.queries.explainer.explain(caller, question, {
        after: await test.caughtUp(),
      }),
    ).toMatchObject({ decision: 'deny', obstacles: ['user_locked'] });
    expect(
      await test.queries.explainer.explain(caller, {
        ...question,
        subject: newAggregateId('iam.user') as never,
      }),
    ).toBeUndefined();
  });
});
