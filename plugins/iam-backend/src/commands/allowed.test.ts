/** Who may do what: no way up, no way around, nothing told that is not theirs. */
import { newAggregateId } from '@callboard/plugin-eventstore-common';
import {
  accessIdOf,
  instanceAggregateId,
  type OrganizationId,
  type UserId,
} from '@callboard/plugin-iam-common';
import { accessAggregate } from '../domain/access/access';
import { inDays, person } from '../domain/__testUtils__/scene';
import { userAggregate } from '../domain/user/user';
import { outcome, TestIam } from './__testUtils__/TestIam';
import { digestOf } from './secrets';

jest.setTimeout(120_000);

let iam: TestIam;
let organization: OrganizationId;

beforeAll(async () => {
  iam = await TestIam.start();
  organization = await iam.organization();
});

afterAll(async () => {
  await iam?.stop();
});

const ESCALATION = 'iam.permission.escalation';

describe('nobody hands out more than they hold', () => {
  it('by assigning an administrator role', async () => {
    const { id: role } = await iam.commands.createAdministratorRole(iam.owner, {
      organization,
      key: 'appointer',
      level: 'organization',
      name: 'Appointer',
      permissions: [
        'iam.organization.administrator.*',
        'iam.user.read',
        'iam.organization.read',
      ],
    });
    const appointer = await iam.administrator(organization, role!);
    const friend = await iam.user(organization);
    const assign = (given: string, subject: UserId = friend) =>
      outcome(
        iam.commands.assignAdministrator(iam.as(appointer), {
          scope: organization,
          subject,
          role: given,
        }),
      );
    expect(await assign('organization-owner')).toBe(`${ESCALATION} role`);
    expect(await assign('organization-viewer')).toBe(`${ESCALATION} role`);
    // Itself is elsewhere, and not to be seen from here.
    expect(await assign('organization-owner', appointer)).toBe(
      'iam.user.not_found subject',
    );
    expect(await assign(role!)).toBe('done');
    // Nor at a wider scope.
    expect(
      await outcome(
        iam.commands.assignAdministrator(iam.as(appointer), {
          scope: instanceAggregateId(iam.instance),
          subject: friend,
          role: 'instance-viewer',
        }),
      ),
    ).toBe('iam.permission.denied');
  });

  it('by defining or changing roles', async () => {
    const { id: key } = await iam.commands.createAdministratorRole(iam.owner, {
      organization,
      key: 'definer',
      level: 'organization',
      name: 'Definer',
      permissions: [
        'iam.administrator_role.*',
        'iam.project.*',
        'catalog.*.read',
      ],
    });
    const definer = iam.as(await iam.administrator(organization, key!));
    const define = (permissions: string[]) =>
      outcome(
        iam.commands.createAdministratorRole(definer, {
          organization,
          key: iam.name('role'),
          level: 'organization',
          name: 'Role',
          permissions,
        }),
      );
    expect(await define(['iam.project.read', '*'])).toBe(
      `${ESCALATION} permissions.1`,
    );
    expect(await define(['iam.*'])).toBe(`${ESCALATION} permissions.0`);
    expect(await define(['iam.project.role.*'])).toBe('done');
    expect(
      await outcome(
        iam.commands.changeAdministratorRole(definer, {
          administratorRole: key as never,
          name: 'Definer',
          permissions: ['*'],
        }),
      ),
    ).toBe(`${ESCALATION} permissions.0`);

    const project = await iam.project(organization);
    const roleOf = (pattern: string) => ({
      project,
      key: iam.name('role'),
      name: 'Role',
      permissions: [{ pattern }],
    });
    expect(
      await outcome(iam.commands.addRole(definer, roleOf('catalog.*'))),
    ).toBe(`${ESCALATION} permissions.0.pattern`);
    expect(
      await outcome(
        iam.commands.addRole(definer, roleOf('catalog.entity.read')),
      ),
    ).toBe('done');
    expect(
      await outcome(
        iam.commands.changeRole(definer, { ...roleOf('*'), key: 'reader' }),
      ),
    ).toBe(`${ESCALATION} permissions.0.pattern`);
  });

  it('by granting, except what they have in the project themselves', async () => {
    const project = await iam.project();
    const granter = await iam.administrator(project, 'project-grant-manager');
    const friend = await iam.user();
    const change = (role: string, granted: boolean) =>
      outcome(
        iam.commands.changeGrants(iam.as(granter), {
          changes: [{ subject: friend, project, role, granted }],
        }),
      );
    expect(await change('writer', true)).toBe(`${ESCALATION} changes.0.role`);
    await iam.commands.changeGrants(iam.owner, {
      changes: [{ subject: granter, project, role: 'writer', granted: true }],
    });
    expect(await change('writer', true)).toBe('done');
    expect(await change('reader', true)).toBe(`${ESCALATION} changes.0.role`);
    expect(await change('writer', false)).toBe('done');
  });

  it('by taking people into groups', async () => {
    const manager = iam.as(
      await iam.administrator(organization, 'organization-user-manager'),
    );
    const [top, below, plain] = [
      await iam.group(organization),
      await iam.group(organization),
      await iam.group(organization),
    ];
    await iam.assign(organization, top, 'organization-owner');
    await iam.commands.addSubgroup(iam.owner, { parent: top, child: below });
    const user = await iam.user(organization);
    const join = (group: typeof top) =>
      outcome(iam.commands.addMember(manager, { group, user }));
    expect(await join(top)).toBe(`${ESCALATION} group`);
    expect(await join(below)).toBe(`${ESCALATION} group`);
    expect(await join(plain)).toBe('done');
    expect(
      await outcome(
        iam.commands.addSubgroup(manager, { parent: below, child: plain }),
      ),
    ).toBe(`${ESCALATION} parent`);
  });

  it('by taking over an account', async () => {
    const manager = iam.as(
      await iam.administrator(organization, 'organization-user-manager'),
    );
    const boss = await iam.administrator(
      organization,
      'organization-owner',
      organization,
    );
    const clerk = await iam.user(organization);
    const expiresAt = inDays(1, new Date());
    const taking = (user: UserId) => [
      iam.commands.changeEmail(manager, {
        user,
        email: `${iam.name('x')}@example.org`,
      }),
      iam.commands.changeUsername(manager, { user, username: iam.name('x') }),
      iam.commands.createToken(manager, {
        user,
        name: iam.name('t'),
        scopes: ['*'],
        expiresAt,
      }),
    ];
    for (const attempt of taking(boss)) {
      expect(await outcome(attempt)).toBe(`${ESCALATION} user`);
    }
    for (const attempt of taking(clerk)) {
      expect(await outcome(attempt)).toBe('done');
    }
  });

  it('by a token that makes tokens', async () => {
    const user = await iam.user(organization);
    const token = (tokenScopes: string[] | undefined, scopes: string[]) =>
      outcome(
        iam.commands.createToken(iam.as(user, tokenScopes), {
          user,
          name: 'token',
          scopes,
          expiresAt: inDays(1, new Date()),
        }),
      );
    expect(await token(undefined, ['*'])).toBe('done');
    expect(await token(['iam.user.credential.*'], ['iam.user.read'])).toBe(
      `${ESCALATION} scopes.0`,
    );
    expect(
      await token(['iam.user.credential.*'], ['iam.user.credential.read']),
    ).toBe('done');
    // Without the scope for it not at all.
    expect(await token(['catalog.*'], ['catalog.read'])).toBe(
      'iam.user.not_found user',
    );
  });
});

describe('of oneself', () => {
  it('one changes the profile, but not the name one is known by', async () => {
    const user = await iam.user(organization);
    const me = iam.as(user);
    const profile = {
      user,
      givenName: 'A',
      familyName: 'B',
      displayName: 'A B',
    };
    expect(await outcome(iam.commands.changeProfile(me, profile))).toBe('done');
    expect(
      await outcome(iam.commands.changeUsername(me, { user, username: 'me' })),
    ).toBe('iam.user.not_found user');
    const other = await iam.user(organization);
    expect(
      await outcome(
        iam.commands.changeProfile(me, { ...profile, user: other }),
      ),
    ).toBe('iam.user.not_found user');
  });
});

describe('what the caller may not see is not there', () => {
  it('unless they may see it: then it is denied', async () => {
    const viewer = iam.as(
      await iam.administrator(organization, 'organization-viewer'),
    );
    const user = await iam.user(organization);
    const elsewhere = await iam.user();
    expect(await outcome(iam.commands.lockUser(viewer, { user }))).toBe(
      'iam.permission.denied',
    );
    expect(
      await outcome(iam.commands.lockUser(viewer, { user: elsewhere })),
    ).toBe('iam.user.not_found user');
    const nobody = newAggregateId('iam.user') as UserId;
    expect(await outcome(iam.commands.lockUser(viewer, { user: nobody }))).toBe(
      'iam.user.not_found user',
    );
  });
});

describe('names that are taken', () => {
  it('are told by their field, and not who has them', async () => {
    const first = person(iam.name('taken'));
    await iam.commands.createHuman(iam.owner, { organization, ...first });
    const another = (more: object) =>
      iam.commands.createHuman(iam.owner, {
        organization,
        ...person(iam.name('another')),
        ...more,
      });
    const upper = first.username.toUpperCase();
    expect(await outcome(another({ username: upper }))).toBe(
      'iam.user.login_name_taken username',
    );
    expect(await outcome(another({ email: first.email }))).toBe(
      'iam.user.login_name_taken email',
    );
    expect(await outcome(another({ username: first.email }))).toBe(
      'iam.user.login_name_taken username',
    );
    const name = iam.name('Name');
    await iam.commands.createOrganization(iam.owner, {
      name,
      slug: name.toLowerCase(),
    });
    const organizationOf = (fields: { name: string; slug: string }) =>
      iam.commands.createOrganization(iam.owner, fields);
    expect(
      await outcome(organizationOf({ name, slug: iam.name('other') })),
    ).toBe('iam.organization.name_taken name');
    expect(
      await outcome(
        organizationOf({ name: iam.name('Other'), slug: name.toLowerCase() }),
      ),
    ).toBe('iam.organization.slug_taken slug');
    const error = await another({ email: first.email }).catch(e => e);
    expect(JSON.stringify(error)).not.toContain('iam.user/');
  });
});

describe('secrets', () => {
  it('are in the answer once, and in the log as a digest', async () => {
    const user = await iam.machine();
    const request = { ...iam.owner, commandId: iam.name('secret') };
    const { secret, events } = await iam.commands.createSecret(request, {
      user,
    });
    expect(secret).toMatch(/^cbcs_[\w-]{43}$/);
    const [event] = await iam.store.log.readAggregate(user, {
      after: 2 as never,
    });
    expect(event!.payload).toEqual({ digest: digestOf(secret!) });
    const again = await iam.commands.createSecret(request, { user });
    expect(again).toEqual({ position: events[0]!.position, events });
  });

  it('of an invitation are delivered, and let the person in once', async () => {
    const fields = person(iam.name('guest'));
    const { id, secret } = await iam.commands.inviteHuman(iam.owner, {
      organization,
      ...fields,
    });
    const user = id as UserId;
    expect(iam.delivered.at(-1)).toEqual({
      kind: 'invitation',
      instance: iam.instance,
      user,
      to: fields.email,
      code: secret,
      expiresAt: expect.any(String),
    });
    const accept = (code: string) =>
      outcome(iam.commands.acceptInvitation(iam.as(user), { user, code }));
    const renewed = await iam.commands.inviteAgain(iam.owner, { user });
    expect(await accept(secret!)).toBe('iam.user.code_wrong code');
    expect(await accept(renewed.secret!)).toBe('done');
    expect(await accept(renewed.secret!)).toBe('iam.user.not_invited user');
    expect((await iam.state(userAggregate, user)).status).toBe('active');
  });
});

describe('changes of the access matrix', () => {
  it('are made all together or not at all, and name the cell at fault', async () => {
    const project = await iam.project();
    const people = [await iam.user(), await iam.user(), await iam.group()];
    const cells = people.flatMap(subject =>
      ['reader', 'writer'].map(role => ({
        subject,
        project,
        role,
        granted: true,
      })),
    );
    const { events } = await iam.commands.changeGrants(iam.owner, {
      changes: cells,
    });
    expect(events).toHaveLength(6);
    const change = (changes: typeof cells) =>
      outcome(iam.commands.changeGrants(iam.owner, { changes }));
    expect(
      await change([
        { ...cells[1]!, granted: false },
        { ...cells[0]!, expiresAt: '2001-01-01T00:00:00Z' } as never,
      ]),
    ).toBe('iam.input.past changes.1.expiresAt');
    const revoked = cells.map(cell => ({ ...cell, granted: false }));
    expect(
      await change([...revoked.slice(0, 3), { ...cells[0]!, role: 'none' }]),
    ).toBe('iam.project.role_not_found changes.3.role');
    expect(
      await change([
        ...revoked,
        { ...cells[0]!, subject: newAggregateId('iam.user') as UserId },
      ]),
    ).toBe('iam.user.not_found changes.6.subject');
    expect(await change([cells[0]!, revoked[0]!])).toBe(
      'iam.input.duplicate changes.1.role',
    );
    expect(
      await change(
        Array.from({ length: 301 }, (_, at) => ({
          ...cells[0]!,
          role: `role${at}`,
        })),
      ),
    ).toBe('iam.input.too_many changes');
    const held = async () =>
      (await iam.state(accessAggregate, accessIdOf(people[0]!))).roles.get(
        project,
      )?.size;
    expect(await held()).toBe(2);
    expect(await change(revoked)).toBe('done');
    expect(await held()).toBeUndefined();
  });

  it('of a delegated project are the other organization’s own', async () => {
    const project = await iam.project();
    const there = await iam.organization();
    const manager = await iam.administrator(there, 'organization-owner');
    const owner = await iam.administrator(project, 'project-owner');
    const subject = await iam.user(there);
    const change = (user: UserId, role: string, granted: boolean) =>
      outcome(
        iam.commands.changeGrants(iam.as(user), {
          changes: [{ subject, project, role, granted }],
        }),
      );
    expect(await change(manager, 'reader', true)).toBe(
      'iam.project.not_found changes.0.project',
    );
    await iam.commands.delegateProject(iam.owner, {
      project,
      organization: there,
      roles: ['reader'],
    });
    expect(await change(manager, 'writer', true)).toBe(
      'iam.project_grant.role_not_granted changes.0.role',
    );
    expect(await change(owner, 'reader', true)).toBe(
      'iam.user.not_found changes.0.subject',
    );
    expect(await change(manager, 'reader', true)).toBe('done');
    expect(await change(owner, 'reader', false)).toBe('done');
  });
});
