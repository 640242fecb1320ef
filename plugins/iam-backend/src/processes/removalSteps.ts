/**
 * What the removal of something does next, from its state alone. The process
 * that follows these can stop anywhere and begin again with a new one: what has
 * been done is in the states and in the view of dependents.
 */
import type { AggregateId } from '@callboard/plugin-eventstore-common';
import {
  type AdministratorRoleId,
  type GroupId,
  type OrganizationId,
  type ProjectId,
  type SubjectId,
  type UserId,
} from '@callboard/plugin-iam-common';
import { revokeRoles } from '../domain/access/revokeRoles';
import { dropAdministratorRole } from '../domain/administration/assignAdministrator';
import {
  administratorRoleAggregate,
  type AdministratorRoleState,
} from '../domain/administratorRole/administratorRole';
import { groupAggregate, type GroupState } from '../domain/group/group';
import { groupRemoval } from '../domain/group/groupRemoval';
import {
  instanceAggregate,
  instanceRemovalStages,
  type InstanceState,
} from '../domain/instance/instance';
import {
  finishInstanceRemoval,
  instanceRemoval,
} from '../domain/instance/instanceRemoval';
import {
  organizationAggregate,
  organizationRemovalStages,
} from '../domain/organization/organization';
import {
  finishOrganizationRemoval,
  organizationRemoval,
} from '../domain/organization/organizationRemoval';
import type { OrganizationState } from '../domain/organization/state';
import {
  projectAggregate,
  projectRemovalStages,
} from '../domain/project/project';
import {
  finishProjectRemoval,
  projectRemoval,
} from '../domain/project/projectRemoval';
import type { ProjectState } from '../domain/project/state';
import {
  projectGrantAggregate,
  type ProjectGrantState,
} from '../domain/projectGrant/projectGrant';
import { projectGrantRemoval } from '../domain/projectGrant/projectGrantRemoval';
import { nextStage } from '../domain/removalStages';
import { change, type UnitOfWork } from '../domain/unitOfWork';
import type { Dependent, DependentsOf } from './DependentsView';

/** How many dependents were found, and that nothing is older than this. */
interface Evidence {
  readonly count: number;
  readonly position: number;
}

/** One part of a removal: clear these dependents, then take the next step. */
export interface RemovalStep {
  readonly dependents?: DependentsOf;
  /** Done to each; left out where they are only counted. */
  readonly each?: (dependent: Dependent) => UnitOfWork;
  /** They have removals of their own, which are waited for. */
  readonly waits?: boolean;
  readonly then: (evidence: Evidence) => UnitOfWork;
}

const changeOf =
  <TState, TCommand>(
    definition: Parameters<typeof change<TState, TCommand>>[0],
    id: AggregateId,
  ) =>
  (command: TCommand) =>
    function* changing(): UnitOfWork {
      yield* change(definition, id, command as never);
    };

function groupStep(
  id: AggregateId,
  state: GroupState,
): RemovalStep | undefined {
  if (state.status !== 'removing') {
    return undefined;
  }
  const command = changeOf(groupAggregate, id);
  return state.stagesDone.includes('members')
    ? { then: command({ kind: 'FinishRemoval' }) }
    : {
        dependents: { owner: id, kind: 'members' },
        each: ({ dependent }) =>
          groupRemoval.members(id as GroupId, dependent as UserId),
        then: command({ kind: 'CompleteRemovalStage', stage: 'members' }),
      };
}

function projectGrantStep(
  id: AggregateId,
  { status, project, organization, withdrawn }: ProjectGrantState,
): RemovalStep | undefined {
  const ofGrant = {
    owner: project!,
    kind: 'grants',
    organization: organization!,
  } as const;
  if (status === 'removing') {
    return {
      dependents: ofGrant,
      each: ({ dependent }) =>
        projectGrantRemoval.grants(project!, dependent as SubjectId),
      then: evidence =>
        changeOf(
          projectGrantAggregate,
          id,
        )({
          kind: 'FinishRemoval',
          ...evidence,
        })(),
    };
  }
  if (withdrawn.size === 0) {
    return undefined;
  }
  const roles = [...withdrawn.keys()];
  return {
    dependents: { ...ofGrant, details: roles },
    each: ({ dependent }) =>
      projectGrantRemoval.withdrawn(project!, dependent as SubjectId, roles),
    then: evidence =>
      changeOf(
        projectGrantAggregate,
        id,
      )({
        kind: 'CompleteWithdrawal',
        roles,
        ...evidence,
      })(),
  };
}

function projectStep(
  id: AggregateId,
  state: ProjectState,
): RemovalStep | undefined {
  const project = id as ProjectId;
  if (state.status === 'active' || state.status === 'inactive') {
    return roleStep(project, state);
  }
  if (state.status !== 'removing') {
    return undefined;
  }
  const stage = nextStage(projectRemovalStages, state.stagesDone);
  return stage
    ? {
        dependents: { owner: id, kind: stage },
        // Each stage takes ids of its own kind.
        each: ({ dependent }) =>
          projectRemoval[stage](project, dependent as never),
        waits: stage === 'project_grants',
        then: changeOf(
          projectAggregate,
          id,
        )({
          kind: 'CompleteRemovalStage',
          stage,
        }),
      }
    : { then: () => finishProjectRemoval({ project }) };
}

/** A role of a project that stays. */
function roleStep(
  project: ProjectId,
  state: ProjectState,
): RemovalStep | undefined {
  const found = [...state.roles].find(([, role]) => role.status === 'removing');
  if (!found) {
    return undefined;
  }
  const [key, { withGrants }] = found;
  return {
    dependents: { owner: project, kind: 'grants', details: [key] },
    each: withGrants
      ? ({ dependent }) =>
          revokeRoles({
            subject: dependent,
            project,
            roles: [key],
            because: 'role_removed',
          })
      : undefined,
    then: evidence =>
      changeOf(
        projectAggregate,
        project,
      )({
        kind: 'FinishRoleRemoval',
        key,
        ...evidence,
      })(),
  };
}

function administratorRoleStep(
  id: AggregateId,
  state: AdministratorRoleState,
): RemovalStep | undefined {
  if (state.status !== 'removing') {
    return undefined;
  }
  const role = id as AdministratorRoleId;
  return {
    dependents: { kind: 'administrators', details: [id] },
    each: state.withAssignments
      ? ({ owner, dependent }) =>
          dropAdministratorRole({ scope: owner, subject: dependent, role })
      : undefined,
    then: evidence =>
      changeOf(
        administratorRoleAggregate,
        id,
      )({
        kind: 'FinishRemoval',
        ...evidence,
      })(),
  };
}

const WAITS_IN_ORGANIZATION = [
  'groups',
  'project_grants',
  'projects',
  'administrator_roles',
];

function organizationStep(
  id: AggregateId,
  state: OrganizationState,
): RemovalStep | undefined {
  if (state.status !== 'removing') {
    return undefined;
  }
  const organization = id as OrganizationId;
  const stage = nextStage(organizationRemovalStages, state.stagesDone);
  return stage
    ? {
        dependents: { owner: id, kind: stage },
        // Each stage takes ids of its own kind.
        each: ({ dependent }) =>
          organizationRemoval[stage](organization, dependent as never),
        waits: WAITS_IN_ORGANIZATION.includes(stage),
        then: changeOf(
          organizationAggregate,
          id,
        )({
          kind: 'CompleteRemovalStage',
          stage,
        }),
      }
    : { then: () => finishOrganizationRemoval({ organization }) };
}

function instanceStep(
  id: AggregateId,
  state: InstanceState,
): RemovalStep | undefined {
  if (state.status !== 'removing') {
    return undefined;
  }
  const stage = nextStage(instanceRemovalStages, state.stagesDone);
  return stage
    ? {
        dependents: { owner: id, kind: stage },
        // Each stage takes ids of its own kind.
        each: ({ dependent }) => instanceRemoval[stage](dependent as never),
        waits: true,
        then: changeOf(
          instanceAggregate,
          id,
        )({
          kind: 'CompleteRemovalStage',
          stage,
        }),
      }
    : { then: finishInstanceRemoval };
}

/** What can be removed in steps, by the type of its aggregate. */
export const removable = {
  'iam.instance': { definition: instanceAggregate, step: instanceStep },
  'iam.organization': {
    definition: organizationAggregate,
    step: organizationStep,
  },
  'iam.group': { definition: groupAggregate, step: groupStep },
  'iam.project': { definition: projectAggregate, step: projectStep },
  'iam.project_grant': {
    definition: projectGrantAggregate,
    step: projectGrantStep,
  },
  'iam.administrator_role': {
    definition: administratorRoleAggregate,
    step: administratorRoleStep,
  },
} as const;

export type RemovableType = keyof typeof removable;

/** Those whose removals wait for removals of what they hold. */
export const waitingTypes: readonly RemovableType[] = [
  'iam.project',
  'iam.organization',
  'iam.instance',
];
