/** Removals in steps: cut off anywhere, gone on with, and nothing left behind. */
import type { AggregateId } from '@callboard/plugin-eventstore-common';
import {
  accessIdOf,
  administrationIdOf,
  instanceAggregateId,
  policyIdOf,
  projectGrantIdOf,
  builtInPolicies,
  type AdministratorRoleId,
  type OrganizationId,
  type ProjectId,
  type SubjectId,
} from '@callboard/plugin-iam-common';
import { TestIam } from '../commands/__testUtils__/TestIam';
import { accessAggregate } from '../domain/access/access';
import { administrationAggregate } from '../domain/administration/administration';
import { administratorRoleAggregate } from '../domain/administratorRole/administratorRole';
import { person } from '../domain/__testUtils__/scene';
import { groupAggregate } from '../domain/group/group';
import { groupHierarchyAggregate } from '../domain/groupHierarchy/groupHierarchy';
import { instanceAggregate } from '../domain/instance/instance';
import { organizationAggregate } from '../domain/organization/organization';
import { policyAggregate } from '../domain/policy/policy';
import { projectAggregate } from '../domain/project/project';
import { projectGrantAggregate } from '../domain/projectGrant/projectGrant';
import { userAggregate } from '../domain/user/user';
import { defineRemovalReactor } from './removalReactor';
import { TestProcesses } from './__testUtils__/TestProcesses';

jest.setTimeout(120_000);

let iam: TestIam;
let processes: TestProcesses;

beforeAll(async () => {
  iam = await TestIam.start();
  processes = await TestProcesses.start(iam);
});

afterAll(async () => {
  await processes?.stop();
  await iam?.stop();
});

/** An organization with some of everything, and what it has elsewhere. */
async function fullOrganization() {
  const name = iam.name('full');
  const { id } = await iam.commands.createOrganization(iam.owner, {
    name,
    slug: name,
  });
  const organization = id as OrganizationId;
  const elsewhere = await iam.organization();
  const people = [
    await iam.user(organization),
    await iam.user(organization),
    await iam.machine(organization),
  ];
  const [boss, locked] = people as [SubjectId, SubjectId];
  const groups = [await iam.group(organization), await iam.group(organization)];
  const [top, below] = groups as [(typeof groups)[0], (typeof groups)[0]];
  await iam.commands.addSubgroup(iam.owner, { parent: top, child: below });
  for (const user of people) {
    await iam.commands.addMember(iam.owner, {
      group: below,
      user: user as never,
    });
  }
  const project = await iam.project(organization);
  const foreignProject = await iam.project(elsewhere);
  const guest = await iam.user(elsewhere);
  await iam.commands.delegateProject(iam.owner, {
    project,
    organization: elsewhere,
    roles: ['reader'],
  });
  await iam.commands.delegateProject(iam.owner, {
    project: foreignProject,
    organization,
    roles: ['reader', 'writer'],
  });
  await iam.commands.changeGrants(iam.owner, {
    changes: [
      [boss, project, 'reader'],
      [boss, project, 'writer'],
      [top, project, 'writer'],
      [guest, project, 'reader'],
      [boss, foreignProject, 'reader'],
      [below, foreignProject, 'writer'],
    ].map(([subject, of, role]) => ({
      subject: subject as SubjectId,
      project: of as ProjectId,
      role: role!,
      granted: true,
    })),
  });
  const { id: role } = await iam.commands.createAdministratorRole(iam.owner, {
    organization,
    key: 'looker',
    level: 'organization',
    name: 'Looker',
    permissions: ['iam.user.read'],
  });
  await iam.assign(organization, boss, 'organization-owner');
  await iam.assign(organization, guest, role!);
  await iam.assign(organization, top, 'organization-viewer');
  await iam.assign(project, guest, 'project-owner');
  await iam.assign(elsewhere, boss, 'organization-viewer');
  await iam.commands.setPolicy(iam.owner, {
    owner: organization,
    policy: 'session',
    settings: { ...builtInPolicies.session, idleMinutes: 30 },
  });
  await iam.commands.lockUser(iam.owner, {
    user: locked as never,
    until: new Date(Date.now() + 3_600_000).toISOString(),
  });
  return {
    name,
    organization,
    elsewhere,
    people,
    boss,
    groups,
    top,
    project,
    foreignProject,
    guest,
    role: role as AdministratorRoleId,
  };
}

const status = async (definition: never, id: AggregateId) =>
  ((await iam.state(definition, id)) as { status: string }).status;

async function claimsOf(...owners: AggregateId[]): Promise<number> {
  const { rows } = await iam.knex.raw(
    'select count(*) from claims where owner = any (?)',
    [owners as string[]],
  );
  return Number(rows[0].count);
}

async function dependentsLeft(...ids: AggregateId[]): Promise<unknown[]> {
  const { position } = await iam.store.log.head();
  const kinds = [
    'users',
    'groups',
    'projects',
    'project_grants',
    'administrator_roles',
    'members',
    'grants',
    'administrators',
    'locks',
  ] as const;
  const all = await Promise.all(
    kinds.map(kind => processes.view.list({ kind }, position, 10_000)),
  );
  return all
    .flat()
    .filter(
      ({ owner, dependent, detail }) =>
        ids.includes(owner as AggregateId) ||
        ids.includes(dependent as AggregateId) ||
        ids.includes(detail as AggregateId),
    );
}

describe('an organization', () => {
  it.each([1, 2, 3, 7])(
    'goes with all it has, though the process dies after every %d steps',
    async steps => {
      const full = await fullOrganization();
      const { organization } = full;
      await iam.commands.removeOrganization(iam.owner, { organization });
      const gone = [
        organization,
        ...full.people,
        ...full.groups,
        full.project,
        full.role,
      ] as AggregateId[];
      expect(await claimsOf(...gone)).toBe(14);
      expect((await dependentsLeft(...gone)).length).toBeGreaterThan(20);
      const dropped = await processes.goOn(steps);
      expect(dropped).toBeGreaterThan(20 / steps);

      expect(await status(organizationAggregate as never, organization)).toBe(
        'removed',
      );
      for (const user of full.people) {
        expect(await status(userAggregate as never, user)).toBe('removed');
        expect(
          (await iam.state(accessAggregate, accessIdOf(user))).closed,
        ).toBe(true);
      }
      for (const group of full.groups) {
        expect(await status(groupAggregate as never, group)).toBe('removed');
      }
      expect(await status(projectAggregate as never, full.project)).toBe(
        'removed',
      );
      expect(await status(administratorRoleAggregate as never, full.role)).toBe(
        'removed',
      );
      for (const grant of [
        projectGrantIdOf(full.project, full.elsewhere),
        projectGrantIdOf(full.foreignProject, organization),
      ]) {
        expect(await status(projectGrantAggregate as never, grant)).toBe(
          'none',
        );
      }
      // Whoever stays has nothing of it any more.
      const guest = await iam.state(accessAggregate, accessIdOf(full.guest));
      expect([guest.roles.size, guest.administrations.size]).toEqual([0, 0]);
      const administrators = await iam.state(
        administrationAggregate,
        administrationIdOf(full.elsewhere),
      );
      expect(administrators.roles.has(full.boss)).toBe(false);
      expect(
        (await iam.state(policyAggregate, policyIdOf(organization))).closed,
      ).toBe(true);
      expect(
        (
          await iam.state(
            groupHierarchyAggregate,
            `iam.group_hierarchy/${organization.split('/')[1]}` as AggregateId,
          )
        ).children.edges(),
      ).toEqual([]);

      // No claim is left, and every name can be had again.
      expect(await claimsOf(...gone)).toBe(0);
      expect(await dependentsLeft(...gone)).toEqual([]);
      await iam.commands.createOrganization(iam.owner, {
        name: full.name,
        slug: full.name,
      });
    },
  );

  it('takes nothing in once its removal has begun', async () => {
    const organization = await iam.organization();
    await iam.commands.removeOrganization(iam.owner, { organization });
    await expect(
      iam.commands.createHuman(iam.owner, {
        organization,
        ...person(iam.name('late')),
      }),
    ).rejects.toThrow(
      expect.objectContaining({ code: 'iam.organization.removing' }),
    );
    await processes.goOn(100);
  });
});

describe('a role', () => {
  it('stays when somebody has it', async () => {
    const project = await iam.project();
    const subject = await iam.user();
    const cell = { subject, project, role: 'reader' };
    await iam.commands.changeGrants(iam.owner, {
      changes: [{ ...cell, granted: true }],
    });
    const remove = async (withGrants: boolean) => {
      await iam.commands.removeRole(iam.owner, {
        project,
        key: 'reader',
        withGrants,
      });
      await processes.goOn(1);
      return (await iam.state(projectAggregate, project)).roles.get('reader')
        ?.status;
    };
    expect(await remove(false)).toBe('active');
    expect(await remove(true)).toBeUndefined();
    const { roles } = await iam.state(accessAggregate, accessIdOf(subject));
    expect(roles.size).toBe(0);
  });

  it('of administrators stays when it is assigned, or goes with assignments', async () => {
    const { id } = await iam.commands.createAdministratorRole(iam.owner, {
      key: iam.name('role'),
      level: 'organization',
      name: 'Role',
      permissions: ['iam.user.read'],
    });
    const administratorRole = id as AdministratorRoleId;
    const user = await iam.administrator(iam.home, administratorRole);
    const remove = async (withAssignments: boolean) => {
      await iam.commands.removeAdministratorRole(iam.owner, {
        administratorRole,
        withAssignments,
      });
      await processes.goOn(1);
      return status(administratorRoleAggregate as never, administratorRole);
    };
    expect(await remove(false)).toBe('active');
    expect(await remove(true)).toBe('removed');
    const { administrations } = await iam.state(
      accessAggregate,
      accessIdOf(user),
    );
    expect(administrations.size).toBe(0);
  });

  it('that is withdrawn from an organization takes its grants along', async () => {
    const project = await iam.project();
    const organization = await iam.organization();
    const subject = await iam.user(organization);
    await iam.commands.delegateProject(iam.owner, {
      project,
      organization,
      roles: ['reader', 'writer'],
    });
    await iam.commands.changeGrants(iam.owner, {
      changes: ['reader', 'writer'].map(role => ({
        subject,
        project,
        role,
        granted: true,
      })),
    });
    await iam.commands.changeDelegation(iam.owner, {
      project,
      organization,
      roles: ['writer'],
    });
    await processes.goOn(1);
    const { roles } = await iam.state(accessAggregate, accessIdOf(subject));
    expect([...roles.get(project)!.keys()]).toEqual(['writer']);
    // And can be delegated again from here on.
    await iam.commands.changeDelegation(iam.owner, {
      project,
      organization,
      roles: ['reader', 'writer'],
    });
  });
});

describe('a group', () => {
  it('leaves its members, many of them at once', async () => {
    const group = await iam.group();
    const members = await Promise.all(
      Array.from({ length: 40 }, () => iam.machine()),
    );
    await Promise.all(
      members.map(user => iam.commands.addMember(iam.owner, { group, user })),
    );
    await iam.commands.removeGroup(iam.owner, { group });
    await processes.goOn(2, 16);
    for (const member of members) {
      const { groups } = await iam.state(accessAggregate, accessIdOf(member));
      expect(groups.size).toBe(0);
    }
    expect(await claimsOf(group)).toBe(0);
  });
});

describe('an instance', () => {
  it('goes with all its organizations, and no other', async () => {
    const tenant = await iam.otherInstance(iam.name('tenant'));
    await tenant.project();
    await tenant.group(await tenant.organization());
    await tenant.commands.addInstanceDomain(tenant.owner, {
      domain: `${tenant.instance}.example.com`,
    });
    await iam.commands.removeInstance(
      { caller: iam.operator },
      { instance: tenant.instance },
    );
    await processes.goOn(5);
    const id = instanceAggregateId(tenant.instance);
    expect((await tenant.state(instanceAggregate, id)).status).toBe('removed');
    expect(
      (await tenant.state(organizationAggregate, tenant.home)).status,
    ).toBe('removed');
    const { rows } = await iam.knex.raw(
      'select count(*) from claims where instance = ? or owner = ?',
      [tenant.instance, id],
    );
    expect(rows).toEqual([{ count: '0' }]);
    expect((await iam.state(organizationAggregate, iam.home)).status).toBe(
      'active',
    );
  });
});

describe('as jobs', () => {
  it('removals end by themselves, though nodes come and go', async () => {
    const full = await fullOrganization();
    const ended = endOf(full.organization);
    await iam.commands.removeOrganization(iam.owner, {
      organization: full.organization,
    });
    // Each node is stopped as soon as it has begun.
    for (let node = 0; node < 3; node++) {
      const begun = nextAppend();
      const short = await TestProcesses.start(iam, defineRemovalReactor);
      await begun;
      await short.stop();
    }
    const last = await TestProcesses.start(iam, defineRemovalReactor);
    await ended;
    expect(await claimsOf(full.organization, ...full.people)).toBe(0);
    expect(await last.spoolers.reactors.deadLetters()).toEqual([]);
    await last.stop();
    // It was removed once, whoever worked on it.
    const events = await iam.store.log.readAggregate(full.organization);
    expect(events.filter(({ type }) => type.endsWith('.removed'))).toHaveLength(
      1,
    );
    expect(events.at(-1)!.actor).toEqual({
      kind: 'spooler',
      id: 'iam.removals',
    });
  });
});

function nextAppend(): Promise<void> {
  return new Promise(resolve => {
    const end = iam.store.log.subscribe(() => {
      end();
      resolve();
    });
  });
}

/** Once an organization has been removed. */
function endOf(organization: OrganizationId): Promise<void> {
  return new Promise((resolve, reject) => {
    const end = iam.store.log.subscribe(() => {
      status(organizationAggregate as never, organization)
        .then(found => {
          if (found === 'removed') {
            end();
            resolve();
          }
        })
        .catch(reject);
    });
  });
}
