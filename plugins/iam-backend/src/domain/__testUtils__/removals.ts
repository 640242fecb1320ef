/**
 * What drives removals on, as the process will: it looks for what is left of a
 * stage and does one step. The states of all aggregates stand in for the views.
 */
import {
  aggregateUuidOf,
  type AggregateId,
} from '@callboard/plugin-eventstore-common';
import type {
  AdministratorRoleId,
  GroupId,
  OrganizationId,
  ProjectGrantId,
  ProjectId,
  ScopeId,
  SubjectId,
  UserId,
} from '@callboard/plugin-iam-common';
import {
  administrationIdOf,
  instanceAggregateId,
} from '@callboard/plugin-iam-common';
import { accessAggregate } from '../access/access';
import type { AccessState } from '../access/state';
import { revokeRoles } from '../access/revokeRoles';
import { administrationAggregate } from '../administration/administration';
import { dropAdministratorRole } from '../administration/assignAdministrator';
import { administratorRoleAggregate } from '../administratorRole/administratorRole';
import { groupAggregate } from '../group/group';
import { groupRemoval } from '../group/groupRemoval';
import { instanceAggregate, instanceRemovalStages } from '../instance/instance';
import {
  finishInstanceRemoval,
  instanceRemoval,
} from '../instance/instanceRemoval';
import {
  organizationAggregate,
  organizationRemovalStages,
} from '../organization/organization';
import {
  finishOrganizationRemoval,
  organizationRemoval,
} from '../organization/organizationRemoval';
import { projectAggregate, projectRemovalStages } from '../project/project';
import {
  finishProjectRemoval,
  projectRemoval,
} from '../project/projectRemoval';
import { projectGrantAggregate } from '../projectGrant/projectGrant';
import { projectGrantRemoval } from '../projectGrant/projectGrantRemoval';
import { nextStage } from '../removalStages';
import { change, type UnitOfWork } from '../unitOfWork';
import { userAggregate } from '../user/user';
import type { World } from './World';

type Step = () => UnitOfWork<unknown>;

/** Subjects and what they have been given. */
export function accesses(world: World): [SubjectId, AccessState][] {
  return world
    .idsOf('iam.access')
    .map((id): [SubjectId, AccessState] => [
      subjectOf(world, id),
      world.state(accessAggregate, id),
    ]);
}

function subjectOf(world: World, access: AggregateId): SubjectId {
  const uuid = aggregateUuidOf(access);
  const type = world.idsOf('iam.group').includes(`iam.group/${uuid}` as never)
    ? 'iam.group'
    : 'iam.user';
  return `${type}/${uuid}` as SubjectId;
}

/** The next step of every removal under way; none when all have ended. */
export function nextSteps(world: World): Step[] {
  return [
    ...world.idsOf('iam.group').map(id => groupStep(world, id as GroupId)),
    ...world
      .idsOf('iam.project_grant')
      .map(id => projectGrantStep(world, id as ProjectGrantId)),
    ...world
      .idsOf('iam.project')
      .flatMap(id => [
        projectStep(world, id as ProjectId),
        ...roleSteps(world, id as ProjectId),
      ]),
    ...world
      .idsOf('iam.administrator_role')
      .map(id => administratorRoleStep(world, id as AdministratorRoleId)),
    ...world
      .idsOf('iam.organization')
      .map(id => organizationStep(world, id as OrganizationId)),
    instanceStep(world),
  ].filter(step => step !== undefined);
}

/** Goes on until nothing is left to do. */
export function finishRemovals(world: World): void {
  for (let rounds = 0; rounds < 1_000; rounds++) {
    const [step] = nextSteps(world);
    if (!step) {
      return;
    }
    world.run(step());
  }
  throw new Error('The removals do not end');
}

function groupStep(world: World, group: GroupId): Step | undefined {
  const state = world.state(groupAggregate, group);
  if (state.status !== 'removing') {
    return undefined;
  }
  const member = accesses(world).find(([, { groups }]) => groups.has(group));
  if (member) {
    return () => groupRemoval.members(group, member[0] as UserId);
  }
  return state.stagesDone.length === 0
    ? () =>
        change(groupAggregate, group, {
          kind: 'CompleteRemovalStage',
          stage: 'members',
        })
    : () => change(groupAggregate, group, { kind: 'FinishRemoval' });
}

function projectGrantStep(world: World, id: ProjectGrantId): Step | undefined {
  const state = world.state(projectGrantAggregate, id);
  const left = (roles?: readonly string[]) =>
    accesses(world).find(([, { roles: held }]) =>
      [...(held.get(state.project!) ?? [])].some(
        ([role, grant]) =>
          grant.organization === state.organization &&
          (!roles || roles.includes(role)),
      ),
    )?.[0];
  if (state.status === 'removing') {
    const subject = left();
    return subject
      ? () => projectGrantRemoval.grants(state.project!, subject)
      : () =>
          change(projectGrantAggregate, id, {
            kind: 'FinishRemoval',
            count: 0,
            position: world.log.length,
          });
  }
  if (state.withdrawn.size > 0) {
    const roles = [...state.withdrawn.keys()];
    const subject = left(roles);
    return subject
      ? () => projectGrantRemoval.withdrawn(state.project!, subject, roles)
      : () =>
          change(projectGrantAggregate, id, {
            kind: 'CompleteWithdrawal',
            roles,
            count: 0,
            position: world.log.length,
          });
  }
  return undefined;
}

function projectStep(world: World, project: ProjectId): Step | undefined {
  const state = world.state(projectAggregate, project);
  if (state.status !== 'removing') {
    return undefined;
  }
  const stage = nextStage(projectRemovalStages, state.stagesDone);
  const grant = world.idsOf('iam.project_grant').find(id => {
    const found = world.state(projectGrantAggregate, id);
    return found.status !== 'none' && found.project === project;
  });
  const holder = accesses(world).find(([, { roles }]) => roles.has(project));
  const administrator = administratorsOf(world, project)[0];
  if (stage === 'project_grants' && grant) {
    const ends = world.state(projectGrantAggregate, grant).status;
    return ends === 'removing'
      ? undefined
      : () => projectRemoval.project_grants(project, grant as ProjectGrantId);
  }
  if (stage === 'grants' && holder) {
    return () => projectRemoval.grants(project, holder[0]);
  }
  if (stage === 'administrators' && administrator) {
    return () => projectRemoval.administrators(project, administrator);
  }
  return stage
    ? () =>
        change(projectAggregate, project, {
          kind: 'CompleteRemovalStage',
          stage,
        })
    : () => finishProjectRemoval({ project });
}

function roleSteps(world: World, project: ProjectId): (Step | undefined)[] {
  const state = world.state(projectAggregate, project);
  if (state.status !== 'active' && state.status !== 'inactive') {
    return [];
  }
  return [...state.roles].map(([key, role]) => {
    if (role.status !== 'removing') {
      return undefined;
    }
    const holders = accesses(world).filter(([, { roles }]) =>
      roles.get(project)?.has(key),
    );
    return role.withGrants && holders[0]
      ? () =>
          revokeRoles({
            subject: holders[0]![0],
            project,
            roles: [key],
            because: 'role_removed',
          })
      : () =>
          change(projectAggregate, project, {
            kind: 'FinishRoleRemoval',
            key,
            count: holders.length,
            position: world.log.length,
          });
  });
}

function administratorRoleStep(
  world: World,
  role: AdministratorRoleId,
): Step | undefined {
  const state = world.state(administratorRoleAggregate, role);
  if (state.status !== 'removing') {
    return undefined;
  }
  const assignments = accesses(world).flatMap(([subject, access]) =>
    [...access.administrations]
      .filter(scope =>
        world
          .state(administrationAggregate, administrationIdOf(scope))
          .roles.get(subject)
          ?.has(role),
      )
      .map(scope => ({ scope, subject, role })),
  );
  return state.withAssignments && assignments[0]
    ? () => dropAdministratorRole(assignments[0]!)
    : () =>
        change(administratorRoleAggregate, role, {
          kind: 'FinishRemoval',
          count: assignments.length,
          position: world.log.length,
        });
}

function organizationStep(
  world: World,
  organization: OrganizationId,
): Step | undefined {
  const state = world.state(organizationAggregate, organization);
  if (state.status !== 'removing') {
    return undefined;
  }
  const stage = nextStage(organizationRemovalStages, state.stagesDone);
  if (!stage) {
    return () => finishOrganizationRemoval({ organization });
  }
  const left = dependents(world, organization)[stage];
  const next = left.find(({ started }) => !started);
  if (next) {
    // Each stage takes ids of its own kind.
    return () => organizationRemoval[stage](organization, next.id as never);
  }
  return left.length > 0
    ? undefined
    : () =>
        change(organizationAggregate, organization, {
          kind: 'CompleteRemovalStage',
          stage,
        });
}

function instanceStep(world: World): Step | undefined {
  const instance = instanceAggregateId(world.instance);
  const state = world.state(instanceAggregate, instance);
  if (state.status !== 'removing') {
    return undefined;
  }
  const stage = nextStage(instanceRemovalStages, state.stagesDone);
  if (!stage) {
    return () => finishInstanceRemoval();
  }
  const left = [
    ...(stage === 'organizations'
      ? world.idsOf('iam.organization').map(id => ({
          id,
          ...world.state(organizationAggregate, id),
        }))
      : world.idsOf('iam.administrator_role').map(id => ({
          id,
          ...world.state(administratorRoleAggregate, id),
        }))),
  ].filter(({ status }) => status !== 'removed');
  const next = left.find(({ status }) => status !== 'removing');
  if (next) {
    // Each stage takes ids of its own kind.
    return () => instanceRemoval[stage](next.id as never);
  }
  return left.length > 0
    ? undefined
    : () =>
        change(instanceAggregate, instance, {
          kind: 'CompleteRemovalStage',
          stage,
        });
}

function dependents(world: World, organization: OrganizationId) {
  const all = <T>(type: string, state: (id: AggregateId) => T) =>
    world.idsOf(type).map(id => ({ id, state: state(id) }));
  const here = <T extends { organization?: OrganizationId; status: string }>(
    each: { id: AggregateId; state: T }[],
  ) =>
    each
      .filter(
        ({ state }) =>
          state.organization === organization &&
          !['none', 'removed', 'erased'].includes(state.status),
      )
      .map(({ id, state }) => ({ id, started: state.status === 'removing' }));
  return {
    users: here(all('iam.user', id => world.state(userAggregate, id))),
    groups: here(all('iam.group', id => world.state(groupAggregate, id))),
    project_grants: here(
      all('iam.project_grant', id => world.state(projectGrantAggregate, id)),
    ),
    projects: here(all('iam.project', id => world.state(projectAggregate, id))),
    administrator_roles: here(
      all('iam.administrator_role', id =>
        world.state(administratorRoleAggregate, id),
      ),
    ),
    administrators: administratorsOf(world, organization).map(id => ({
      id: id as AggregateId,
      started: false,
    })),
  };
}

function administratorsOf(world: World, scope: ScopeId): SubjectId[] {
  return [
    ...world
      .state(administrationAggregate, administrationIdOf(scope))
      .roles.keys(),
  ];
}
