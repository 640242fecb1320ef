/** The commands over several aggregates: what succeeds, and every refusal. */
import type { InstanceId } from '@callboard/plugin-eventstore-common';
import {
  accessIdOf,
  administrationIdOf,
  builtInPolicies,
  groupHierarchyIdOf,
  instanceAggregateId,
  policyIdOf,
  projectGrantIdOf,
} from '@callboard/plugin-iam-common';
import { DIGEST, ids, inDays, person, Scene } from './__testUtils__/scene';
import { finishRemovals } from './__testUtils__/removals';
import { accessAggregate } from './access/access';
import { grantRoles } from './access/grantRoles';
import { expireRole, revokeRoles } from './access/revokeRoles';
import { administrationAggregate } from './administration/administration';
import {
  assignAdministrator,
  expireAdministrator,
  unassignAdministrator,
} from './administration/assignAdministrator';
import { ownersOf } from './administration/state';
import { addAdministratorRole } from './administratorRole/addAdministratorRole';
import { administratorRoleAggregate } from './administratorRole/administratorRole';
import { addGroup } from './group/addGroup';
import { groupAggregate } from './group/group';
import { startGroupRemoval } from './group/groupRemoval';
import {
  addMember,
  addSubgroup,
  removeMember,
  removeSubgroup,
} from './group/members';
import { groupHierarchyAggregate } from './groupHierarchy/groupHierarchy';
import { changeDefaultOrganization } from './instance/changeDefaultOrganization';
import { instanceAggregate } from './instance/instance';
import { setUpInstance } from './instance/setUpInstance';
import { addOrganization } from './organization/addOrganization';
import { organizationAggregate } from './organization/organization';
import {
  deactivateOrganization,
  reactivateOrganization,
  startOrganizationRemoval,
} from './organization/organizationStanding';
import { waiveDomainCheck } from './organization/waiveDomainCheck';
import { policyAggregate } from './policy/policy';
import { resetPolicy, setPolicy } from './policy/setPolicy';
import { addProject } from './project/addProject';
import { projectAggregate } from './project/project';
import {
  addProjectGrant,
  changeProjectGrant,
} from './projectGrant/delegateRoles';
import { projectGrantAggregate } from './projectGrant/projectGrant';
import type { UnitOfWork } from './unitOfWork';
import { addHuman, addMachine } from './user/addUser';
import { changeUser } from './user/changeUser';
import { userAggregate } from './user/user';
import { World } from './__testUtils__/World';

let scene: Scene;
let world: World;
beforeEach(() => {
  scene = new Scene();
  world = scene.world;
});

const run = (work: UnitOfWork<unknown>) => world.run(work);
const types = (work: UnitOfWork<unknown>) => run(work).map(({ type }) => type);
/** `code field`, or `done`. */
function outcome(work: UnitOfWork<unknown>): string {
  let field: string | undefined;
  const code = world.outcome(() => {
    try {
      run(work);
    } catch (error) {
      field = (error as { field?: string }).field;
      throw error;
    }
  });
  return field === undefined ? code : `${code} ${field}`;
}
const access = (subject: Parameters<typeof accessIdOf>[0]) =>
  world.state(accessAggregate, accessIdOf(subject));
const owners = (scope: Parameters<typeof administrationIdOf>[0]) =>
  ownersOf(world.state(administrationAggregate, administrationIdOf(scope)));

describe('setting an instance up', () => {
  const owner = ids.user();
  const organization = ids.organization();
  const command = (proof: Parameters<typeof setUpInstance>[0]['proof']) => ({
    proof,
    organization: { id: organization, name: 'First', slug: 'first' },
    owner: { id: owner, ...person('ann') },
  });
  const instance = instanceAggregateId('default' as InstanceId);

  beforeEach(() => {
    world = new World();
    world.give(instanceAggregate, instance, {
      kind: 'Add',
      name: 'Example',
      language: 'en',
    });
  });

  it('makes an organization and an owner who can act, all at once', () => {
    world.give(instanceAggregate, instance, {
      kind: 'OfferSetUp',
      digest: DIGEST,
      expiresAt: inDays(1),
    });
    run(setUpInstance(command({ by: 'link', digest: DIGEST })));
    expect(owners(instance)).toEqual([owner]);
    expect(owners(organization)).toEqual([owner]);
    expect([...access(owner).administrations]).toEqual([
      instance,
      organization,
    ]);
    expect(world.state(userAggregate, owner).status).toBe('active');
    expect(world.state(instanceAggregate, instance).defaultOrganization).toBe(
      organization,
    );
  });

  it('is over for good', () => {
    run(setUpInstance(command({ by: 'configuration' })));
    expect(outcome(setUpInstance(command({ by: 'configuration' })))).toBe(
      'iam.instance.set_up_done',
    );
    expect(
      world.outcome(() =>
        world.give(instanceAggregate, instance, {
          kind: 'OfferSetUp',
          digest: DIGEST,
          expiresAt: inDays(1),
        }),
      ),
    ).toBe('iam.instance.set_up_done');
  });

  it('stores nothing when any part of it is wrong', () => {
    const wrong = command({ by: 'configuration' });
    const before = world.log.length;
    expect(
      outcome(
        setUpInstance({ ...wrong, owner: { ...wrong.owner, email: 'ann' } }),
      ),
    ).toBe('iam.input.format email');
    expect(
      outcome(setUpInstance(command({ by: 'link', digest: DIGEST }))),
    ).toBe('iam.instance.set_up_not_offered');
    expect(world.log).toHaveLength(before);
  });

  it('lets two who come at the same time not both in', () => {
    const first = world.decide(setUpInstance(command({ by: 'configuration' })));
    const other = command({ by: 'configuration' });
    const second = world.decide(
      setUpInstance({
        ...other,
        organization: { ...other.organization, id: ids.organization() },
        owner: { ...other.owner, id: ids.user() },
      }),
    );
    world.append(first);
    expect(world.outcome(() => world.append(second))).toBe(
      'eventstore.wrong_version',
    );
  });
});

describe('an instance', () => {
  it('goes with all it holds, its owners included, and frees every name', () => {
    const domain = 'portal.example.com';
    world.give(instanceAggregate, scene.instance, {
      kind: 'AddDomain',
      domain,
    });
    const organization = scene.organization();
    scene.project(organization);
    run(
      addAdministratorRole({
        administratorRole: ids.administratorRole(),
        key: 'help-desk',
        level: 'organization',
        name: 'Help desk',
        permissions: ['iam.user.*'],
      }),
    );
    world.give(instanceAggregate, scene.instance, { kind: 'StartRemoval' });
    expect(
      outcome(
        addOrganization({
          organization: ids.organization(),
          name: 'Late',
          slug: 'late',
        }),
      ),
    ).toBe('iam.instance.removing');
    finishRemovals(world);
    expect(world.state(instanceAggregate, scene.instance).status).toBe(
      'removed',
    );
    expect(
      world.state(administrationAggregate, administrationIdOf(scene.instance))
        .closed,
    ).toBe(true);
    expect([...world.claims]).toEqual([]);
  });
});

describe('organizations', () => {
  it('have a domain without a proof only where the policy says so', () => {
    const organization = scene.organization();
    const domain = 'acme.example';
    world.give(organizationAggregate, organization, {
      kind: 'AddDomain',
      domain,
    });
    expect(outcome(waiveDomainCheck({ organization, domain }))).toBe(
      'iam.organization.domain_check_required domain',
    );
    run(
      setPolicy({
        owner: scene.instance,
        policy: 'domain',
        settings: { ...builtInPolicies.domain, verifyDomains: false },
        enforced: true,
      }),
    );
    expect(outcome(waiveDomainCheck({ organization, domain }))).toBe('done');
    expect(
      outcome(waiveDomainCheck({ organization, domain: 'other.example' })),
    ).toBe('iam.organization.domain_not_found domain');
  });

  it('bring their people back as owners when they are active again', () => {
    const organization = scene.organization();
    const subject = scene.user(organization);
    run(deactivateOrganization({ organization }));
    run(
      assignAdministrator({
        scope: scene.instance,
        subject,
        role: 'instance-owner',
      }),
    );
    expect(owners(scene.instance)).toEqual([scene.owner]);
    run(reactivateOrganization({ organization }));
    expect(owners(scene.instance)).toContain(subject);
  });

  it('are added to an instance that is there', () => {
    const organization = ids.organization();
    const command = { organization, name: 'Acme', slug: 'acme' };
    expect(outcome(addOrganization(command))).toBe('done');
    expect(outcome(addOrganization(command))).toBe('iam.organization.exists');
    expect(
      outcome(
        addOrganization({ ...command, organization: ids.organization() }),
      ),
    ).toBe('eventstore.claim_taken');
    expect(
      outcome(addOrganization({ ...command, organization: ids.group() })),
    ).toBe('iam.input.wrong_kind organization');
    world.instance = 'other' as InstanceId;
    expect(
      outcome(
        addOrganization({ ...command, organization: ids.organization() }),
      ),
    ).toBe('iam.instance.not_found');
  });

  it('keep look-alikes of their names away', () => {
    const add = (name: string, slug: string) =>
      outcome(
        addOrganization({ organization: ids.organization(), name, slug }),
      );
    expect(add('Cope', 'one')).toBe('done');
    // All Cyrillic: a fine name, were it not for the look of it.
    expect(add('Соре', 'two')).toBe('eventstore.claim_taken');
    expect(add('ＣＯＰＥ', 'three')).toBe('eventstore.claim_taken');
    expect(add('Сорт', 'four')).toBe('done');
  });

  it('the default one stays', () => {
    const command = { organization: scene.home };
    expect(outcome(deactivateOrganization(command))).toBe(
      'iam.organization.is_default organization',
    );
    expect(outcome(startOrganizationRemoval(command))).toBe(
      'iam.organization.is_default organization',
    );
  });

  it('are not put aside with the last owner of the instance in them', () => {
    const organization = scene.organization();
    run(changeDefaultOrganization({ organization }));
    const command = { organization: scene.home };
    expect(outcome(deactivateOrganization(command))).toBe(
      'iam.administration.last_owner',
    );
    expect(outcome(startOrganizationRemoval(command))).toBe(
      'iam.administration.last_owner',
    );
    run(
      assignAdministrator({
        scope: scene.instance,
        subject: scene.user(organization),
        role: 'instance-owner',
      }),
    );
    expect(outcome(deactivateOrganization(command))).toBe('done');
    expect(owners(scene.instance)).not.toContain(scene.owner);
    expect(outcome(reactivateOrganization(command))).toBe('done');
    expect(owners(scene.instance)).toContain(scene.owner);
  });

  it('become the default one only while they are active', () => {
    const organization = scene.organization();
    run(deactivateOrganization({ organization }));
    expect(outcome(changeDefaultOrganization({ organization }))).toBe(
      'iam.organization.inactive organization',
    );
  });

  it('take everything along, and free every name', () => {
    const before = [...world.claims.keys()].sort();
    const organization = scene.organization();
    const user = scene.user(organization);
    const group = scene.group(organization);
    const project = scene.project(organization);
    const foreign = scene.project();
    const guest = scene.user();
    run(addMember({ group, user }));
    run(grantRoles({ subject: group, project, roles: [{ key: 'reader' }] }));
    run(addProjectGrant({ project: foreign, organization, roles: ['reader'] }));
    run(
      grantRoles({
        subject: user,
        project: foreign,
        roles: [{ key: 'reader' }],
      }),
    );
    run(
      addProjectGrant({ project, organization: scene.home, roles: ['writer'] }),
    );
    run(grantRoles({ subject: guest, project, roles: [{ key: 'writer' }] }));
    run(
      assignAdministrator({
        scope: organization,
        subject: guest,
        role: 'organization-owner',
      }),
    );
    run(startOrganizationRemoval({ organization }));
    expect(
      outcome(
        addGroup({ group: ids.group(), organization, name: 'g', slug: 'g' }),
      ),
    ).toBe('iam.organization.removing organization');
    expect(
      outcome(
        addProject({
          project: ids.project(),
          organization,
          name: 'p',
          slug: 'p',
        }),
      ),
    ).toBe('iam.organization.removing organization');
    expect(
      outcome(addHuman({ user: ids.user(), organization, ...person('x') })),
    ).toBe('iam.organization.removing organization');
    finishRemovals(world);

    expect(world.state(organizationAggregate, organization).status).toBe(
      'removed',
    );
    expect(world.state(userAggregate, user).status).toBe('removed');
    expect(world.state(groupAggregate, group).status).toBe('removed');
    expect(world.state(projectAggregate, project).status).toBe('removed');
    expect(access(guest)).toMatchObject({
      roles: new Map(),
      administrations: new Set(),
    });
    const after = [...world.claims.keys()].filter(
      key => !/project\d|user\d/.test(key),
    );
    expect(after.sort()).toEqual(before);
  });
});

describe('users', () => {
  it('are added to an active organization', () => {
    const organization = scene.organization();
    const add = (fields: object) =>
      outcome(
        addHuman({
          user: ids.user(),
          organization,
          ...person('ann'),
          ...fields,
        }),
      );
    expect(add({})).toBe('done');
    expect(add({ email: 'other@example.org' })).toBe('eventstore.claim_taken');
    expect(add({ username: 'ANN@example.ORG', email: 'a@b.example' })).toBe(
      'eventstore.claim_taken',
    );
    expect(add({ user: ids.group() })).toBe('iam.input.wrong_kind user');
    expect(add({ organization: ids.organization() })).toBe(
      'iam.organization.not_found organization',
    );
    run(deactivateOrganization({ organization }));
    expect(add({ ...person('bob') })).toBe(
      'iam.organization.inactive organization',
    );
    expect(
      outcome(
        addMachine({
          user: ids.user(),
          organization,
          username: 'bot',
          name: 'Bot',
        }),
      ),
    ).toBe('iam.organization.inactive organization');
  });

  it('have addresses in verified domains where the policy wants it', () => {
    const organization = scene.organization();
    const domain = 'acme.example';
    world.give(organizationAggregate, organization, {
      kind: 'AddDomain',
      domain,
    });
    run(
      setPolicy({
        owner: organization,
        policy: 'domain',
        settings: { ...builtInPolicies.domain, emailInVerifiedDomain: true },
        enforced: false,
      }),
    );
    const user = ids.user();
    const add = () =>
      outcome(
        addHuman({
          user,
          organization,
          ...person('ann'),
          email: `ann@${domain}`,
        }),
      );
    expect(add()).toBe('iam.user.email_domain email');
    world.give(organizationAggregate, organization, {
      kind: 'WaiveDomainCheck',
      domain,
    });
    expect(add()).toBe('done');
    expect(
      outcome(
        changeUser({ kind: 'ChangeEmail', user, email: 'ann@example.org' }),
      ),
    ).toBe('iam.user.email_domain email');
  });

  it.each(['Lock', 'Deactivate', 'Remove', 'Erase'] as const)(
    '%s is refused for the last owner, and counted for others',
    kind => {
      const given = (user: string) =>
        changeUser(
          (kind === 'Lock'
            ? { kind, user, reason: 'administrator' }
            : { kind, user }) as never,
        );
      expect(outcome(given(scene.owner))).toBe('iam.administration.last_owner');
      const second = scene.user();
      for (const scope of [scene.instance, scene.home]) {
        run(
          assignAdministrator({
            scope,
            subject: second,
            role:
              scope === scene.home ? 'organization-owner' : 'instance-owner',
          }),
        );
      }
      expect(outcome(given(second))).toBe('done');
      expect(owners(scene.instance)).toEqual([scene.owner]);
    },
  );

  it('take everything along in one step', () => {
    const user = scene.user();
    const group = scene.group();
    const project = scene.project();
    run(addMember({ group, user }));
    run(grantRoles({ subject: user, project, roles: [{ key: 'reader' }] }));
    run(
      assignAdministrator({
        scope: project,
        subject: user,
        role: 'project-viewer',
      }),
    );
    expect(types(changeUser({ kind: 'Remove', user }))).toEqual([
      'iam.user.removed',
      'iam.access.closed',
      'iam.administration.role_unassigned',
    ]);
    expect(outcome(addMember({ group, user }))).toBe('iam.user.gone user');
    expect(
      outcome(
        grantRoles({ subject: user, project, roles: [{ key: 'reader' }] }),
      ),
    ).toBe('iam.user.gone subject');
    expect(
      [...world.claims.keys()].filter(key => world.claims.get(key) === user),
    ).toEqual([]);
  });
});

describe('groups', () => {
  it('are added to an active organization', () => {
    const add = (fields: object) =>
      outcome(
        addGroup({
          group: ids.group(),
          organization: scene.home,
          name: 'Ops',
          slug: 'ops',
          ...fields,
        }),
      );
    expect(add({})).toBe('done');
    expect(add({})).toBe('eventstore.claim_taken');
    expect(add({ organization: scene.organization() })).toBe('done');
    expect(add({ organization: ids.organization() })).toBe(
      'iam.organization.not_found organization',
    );
  });

  it('have members of their own organization', () => {
    const group = scene.group();
    const user = scene.user();
    expect(types(addMember({ group, user }))).toEqual([
      'iam.access.group_joined',
    ]);
    expect(types(addMember({ group, user }))).toEqual([]);
    expect(
      outcome(addMember({ group, user: scene.user(scene.organization()) })),
    ).toBe('iam.user.other_organization user');
    expect(outcome(addMember({ group: ids.group(), user }))).toBe(
      'iam.group.not_found group',
    );
    expect(outcome(addMember({ group, user: ids.user() }))).toBe(
      'iam.user.not_found user',
    );
    expect(types(removeMember({ group, user }))).toEqual([
      'iam.access.group_left',
    ]);
    expect(types(removeMember({ group, user }))).toEqual([]);
  });

  it('are nested within their organization, without cycles', () => {
    const [parent, child] = [scene.group(), scene.group()];
    expect(outcome(addSubgroup({ parent, child }))).toBe('done');
    expect(outcome(addSubgroup({ parent: child, child: parent }))).toBe(
      'iam.group.cycle child',
    );
    expect(
      outcome(
        addSubgroup({ parent, child: scene.group(scene.organization()) }),
      ),
    ).toBe('iam.group.other_organization child');
    expect(outcome(addSubgroup({ parent: ids.group(), child }))).toBe(
      'iam.group.not_found parent',
    );
    expect(outcome(removeSubgroup({ parent, child }))).toBe('done');
    expect(outcome(addSubgroup({ parent: child, child: parent }))).toBe('done');
  });

  it('close no cycle in two steps at the same time', () => {
    const [parent, child] = [scene.group(), scene.group()];
    const down = world.decide(addSubgroup({ parent, child }));
    const up = world.decide(addSubgroup({ parent: child, child: parent }));
    world.append(down);
    expect(world.outcome(() => world.append(up))).toBe(
      'eventstore.wrong_version',
    );
  });

  it('give nobody anything from the start of their removal on', () => {
    const [group, other] = [scene.group(), scene.group()];
    const user = scene.user();
    const project = scene.project();
    run(addMember({ group, user }));
    run(addSubgroup({ parent: other, child: group }));
    run(grantRoles({ subject: group, project, roles: [{ key: 'reader' }] }));
    run(
      assignAdministrator({
        scope: project,
        subject: group,
        role: 'project-viewer',
      }),
    );
    expect(types(startGroupRemoval({ group }))).toEqual([
      'iam.group.removal_started',
      'iam.group_hierarchy.group_dropped',
      'iam.access.closed',
      'iam.administration.role_unassigned',
    ]);
    expect(outcome(addMember({ group, user: scene.user() }))).toBe(
      'iam.group.removing group',
    );
    expect(outcome(addSubgroup({ parent: group, child: other }))).toBe(
      'iam.group.removing parent',
    );
    finishRemovals(world);
    expect(access(user).groups.size).toBe(0);
    expect(
      world
        .state(groupHierarchyAggregate, groupHierarchyIdOf(scene.home))
        .children.edges(),
    ).toEqual([]);
    expect(outcome(startGroupRemoval({ group }))).toBe('iam.group.not_found');
  });
});

describe('grants', () => {
  it('are of roles that are there, to subjects that are there', () => {
    const project = scene.project();
    const subject = scene.user();
    const grant = (fields: object) =>
      outcome(
        grantRoles({ subject, project, roles: [{ key: 'reader' }], ...fields }),
      );
    expect(grant({})).toBe('done');
    expect(grant({ subject: scene.group() })).toBe('done');
    expect(grant({ subject: scene.machine() })).toBe('done');
    expect(grant({ roles: [{ key: 'reader' }, { key: 'nobody' }] })).toBe(
      'iam.project.role_not_found roles.1.key',
    );
    expect(grant({ project: ids.project() })).toBe(
      'iam.project.not_found project',
    );
    expect(grant({ subject: ids.user() })).toBe('iam.user.not_found subject');
    expect(grant({ subject: ids.group() })).toBe('iam.group.not_found subject');
    expect(grant({ subject: ids.project() })).toBe(
      'iam.input.wrong_kind subject',
    );
    expect(grant({ roles: [{ key: 'writer', expiresAt: inDays(-1) }] })).toBe(
      'iam.input.past roles.0.expiresAt',
    );
    expect(
      outcome(
        revokeRoles({
          subject,
          project,
          roles: ['reader'],
          because: 'revoked',
        }),
      ),
    ).toBe('done');
    world.give(projectAggregate, project, { kind: 'Deactivate' });
    expect(grant({})).toBe('iam.project.inactive project');
  });

  it('end when their time is over', () => {
    const project = scene.project();
    const subject = scene.user();
    run(
      grantRoles({
        subject,
        project,
        roles: [{ key: 'reader', expiresAt: inDays(1) }],
      }),
    );
    const expire = () => expireRole({ subject, project, role: 'reader' });
    expect(outcome(expire())).toBe('iam.access.not_expired role');
    world.now = new Date(inDays(1));
    expect(types(expire())).toEqual(['iam.access.role_revoked']);
    expect(types(expire())).toEqual([]);
  });

  it("of another organization's project need a delegation", () => {
    const organization = scene.organization();
    const project = scene.project();
    const subject = scene.user(organization);
    const grant = (key: string) =>
      outcome(grantRoles({ subject, project, roles: [{ key }] }));
    const id = projectGrantIdOf(project, organization);
    const delegation = { project, organization, roles: ['reader'] };
    expect(grant('reader')).toBe('iam.project.not_found project');
    expect(outcome(addProjectGrant(delegation))).toBe('done');
    expect(grant('reader')).toBe('done');
    expect(grant('writer')).toBe(
      'iam.project_grant.role_not_granted roles.0.key',
    );
    world.give(projectGrantAggregate, id, { kind: 'Deactivate' });
    expect(grant('reader')).toBe('iam.project_grant.inactive project');
    world.give(projectGrantAggregate, id, { kind: 'Reactivate' });
    expect(
      outcome(changeProjectGrant({ ...delegation, roles: ['writer'] })),
    ).toBe('done');
    expect(grant('reader')).toBe(
      'iam.project_grant.role_not_granted roles.0.key',
    );
    finishRemovals(world);
    expect(access(subject).roles.size).toBe(0);
    world.give(projectGrantAggregate, id, { kind: 'StartRemoval' });
    expect(grant('writer')).toBe('iam.project_grant.removing project');
    finishRemovals(world);
    expect(grant('writer')).toBe('iam.project.not_found project');
  });

  it('are delegated to others, and only what is there', () => {
    const organization = scene.organization();
    const project = scene.project();
    const delegate = (fields: object) =>
      outcome(
        addProjectGrant({
          project,
          organization,
          roles: ['reader'],
          ...fields,
        }),
      );
    expect(delegate({ organization: scene.home })).toBe(
      'iam.project_grant.own_organization organization',
    );
    expect(delegate({ roles: ['nobody'] })).toBe(
      'iam.project.role_not_found roles.0',
    );
    expect(delegate({ organization: ids.organization() })).toBe(
      'iam.organization.not_found organization',
    );
    expect(delegate({ project: ids.project() })).toBe(
      'iam.project.not_found project',
    );
    expect(delegate({})).toBe('done');
    expect(delegate({})).toBe('iam.project_grant.exists organization');
    expect(
      outcome(
        changeProjectGrant({
          project,
          organization: scene.organization(),
          roles: ['reader'],
        }),
      ),
    ).toBe('iam.project_grant.not_found');
  });

  it('hold a role that is to go only if nobody has it', () => {
    const project = scene.project();
    const subject = scene.user();
    run(grantRoles({ subject, project, roles: [{ key: 'reader' }] }));
    const start = (withGrants: boolean) =>
      world.give(projectAggregate, project, {
        kind: 'StartRoleRemoval',
        key: 'reader',
        withGrants,
      });
    const role = () =>
      world.state(projectAggregate, project).roles.get('reader');
    start(false);
    expect(
      outcome(
        grantRoles({
          subject: scene.user(),
          project,
          roles: [{ key: 'reader' }],
        }),
      ),
    ).toBe('iam.project.role_removing roles.0.key');
    finishRemovals(world);
    expect(role()?.status).toBe('active');
    start(true);
    finishRemovals(world);
    expect(role()).toBeUndefined();
    expect(access(subject).roles.size).toBe(0);
  });
});

describe('administrators', () => {
  it('are assigned roles of the level, wherever they belong', () => {
    const organization = scene.organization();
    const project = scene.project(organization);
    const subject = scene.user();
    const assign = (fields: object) =>
      outcome(
        assignAdministrator({
          scope: organization,
          subject,
          role: 'organization-viewer',
          ...fields,
        }),
      );
    expect(assign({})).toBe('done');
    expect(assign({ role: 'project-owner' })).toBe(
      'iam.administration.wrong_level role',
    );
    expect(assign({ scope: project, role: 'project-owner' })).toBe('done');
    expect(assign({ scope: ids.project(), role: 'project-owner' })).toBe(
      'iam.project.not_found scope',
    );
    expect(assign({ scope: ids.organization() })).toBe(
      'iam.organization.not_found scope',
    );
    expect(
      assign({
        scope: instanceAggregateId('other' as InstanceId),
        role: 'instance-owner',
      }),
    ).toBe('iam.instance.not_found scope');
    expect(assign({ subject: ids.user() })).toBe('iam.user.not_found subject');
    expect(assign({ role: ids.administratorRole() })).toBe(
      'iam.administrator_role.not_found role',
    );
    expect(
      outcome(
        unassignAdministrator({
          scope: organization,
          subject,
          role: 'organization-viewer',
        }),
      ),
    ).toBe('done');
    expect([...access(subject).administrations]).toEqual([project]);
  });

  it('count as owners only once they can act', () => {
    const user = ids.user();
    run(addHuman({ user, organization: scene.home, ...person('bob') }));
    run(
      assignAdministrator({
        scope: scene.instance,
        subject: user,
        role: 'instance-owner',
      }),
    );
    const dismiss = () =>
      outcome(
        unassignAdministrator({
          scope: scene.instance,
          subject: scene.owner,
          role: 'instance-owner',
        }),
      );
    expect(dismiss()).toBe('iam.administration.last_owner');
    run(
      changeUser({
        kind: 'Invite',
        user,
        digest: DIGEST,
        expiresAt: inDays(1),
      }),
    );
    expect(dismiss()).toBe('iam.administration.last_owner');
    run(changeUser({ kind: 'AcceptInvitation', user, digest: DIGEST }));
    expect(dismiss()).toBe('done');
  });

  it('do not both leave', () => {
    const second = scene.user();
    const role = 'instance-owner';
    const scope = scene.instance;
    run(assignAdministrator({ scope, subject: second, role }));
    const one = world.decide(
      unassignAdministrator({ scope, subject: scene.owner, role }),
    );
    const two = world.decide(
      changeUser({ kind: 'Lock', user: second, reason: 'administrator' }),
    );
    world.append(one);
    expect(world.outcome(() => world.append(two))).toBe(
      'eventstore.wrong_version',
    );
    expect(
      outcome(
        changeUser({ kind: 'Lock', user: second, reason: 'administrator' }),
      ),
    ).toBe('iam.administration.last_owner');
  });

  it('lose what has an end', () => {
    const subject = scene.user();
    const assignment = {
      scope: scene.home,
      subject,
      role: 'organization-viewer' as const,
    };
    run(assignAdministrator({ ...assignment, expiresAt: inDays(1) }));
    expect(outcome(expireAdministrator(assignment))).toBe(
      'iam.access.not_expired role',
    );
    world.now = new Date(inDays(2));
    expect(types(expireAdministrator(assignment))).toEqual([
      'iam.administration.role_unassigned',
      'iam.access.administration_lost',
    ]);
  });

  it('have roles that an organization or the instance defines', () => {
    const organization = scene.organization();
    const define = (fields: object) => {
      const administratorRole = ids.administratorRole();
      const result = outcome(
        addAdministratorRole({
          administratorRole,
          organization,
          key: 'help-desk',
          level: 'organization',
          name: 'Help desk',
          permissions: ['iam.user.*'],
          ...fields,
        }),
      );
      return { administratorRole, result };
    };
    const { administratorRole: role, result } = define({});
    expect(result).toBe('done');
    expect(define({}).result).toBe('eventstore.claim_taken');
    expect(define({ organization: undefined }).result).toBe('done');
    expect(define({ organization: ids.organization() }).result).toBe(
      'iam.organization.not_found organization',
    );
    const subject = scene.user();
    expect(
      outcome(assignAdministrator({ scope: scene.home, subject, role })),
    ).toBe('iam.administrator_role.other_organization role');
    expect(
      outcome(assignAdministrator({ scope: organization, subject, role })),
    ).toBe('done');
    const start = (withAssignments: boolean) =>
      world.give(administratorRoleAggregate, role, {
        kind: 'StartRemoval',
        withAssignments,
      });
    const status = () => world.state(administratorRoleAggregate, role).status;
    start(false);
    expect(
      outcome(
        assignAdministrator({
          scope: organization,
          subject: scene.user(),
          role,
        }),
      ),
    ).toBe('iam.administrator_role.removing role');
    finishRemovals(world);
    expect(status()).toBe('active');
    start(true);
    finishRemovals(world);
    expect(status()).toBe('removed');
    expect(access(subject).administrations.size).toBe(0);
  });
});

describe('policies', () => {
  const settings = builtInPolicies.lockout;
  const set = (owner: string, fields: object = {}) =>
    outcome(
      setPolicy({
        owner: owner as never,
        policy: 'lockout',
        settings,
        enforced: false,
        ...fields,
      }),
    );

  it('are decided by the instance and by organizations, and reset', () => {
    expect(set(scene.instance)).toBe('done');
    expect(set(scene.home)).toBe('done');
    expect(set(scene.home, { enforced: true })).toBe(
      'iam.policy.organization_cannot_enforce enforced',
    );
    expect(set(ids.organization())).toBe('iam.organization.not_found owner');
    expect(set(instanceAggregateId('other' as InstanceId))).toBe(
      'iam.instance.not_found owner',
    );
    expect(set(ids.user())).toBe('iam.input.wrong_kind owner');
    expect(
      types(resetPolicy({ owner: scene.home, policy: 'lockout' })),
    ).toEqual(['iam.policy.reset']);
    expect(
      world.state(policyAggregate, policyIdOf(scene.home)).decisions.size,
    ).toBe(0);
  });

  it('are not decided by organizations where the instance enforces them', () => {
    expect(set(scene.instance, { enforced: true })).toBe('done');
    expect(set(scene.home)).toBe('iam.policy.enforced policy');
    expect(set(scene.instance)).toBe('done');
    expect(set(scene.home)).toBe('done');
  });
});
