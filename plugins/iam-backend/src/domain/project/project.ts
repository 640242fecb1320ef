/**
 * A project: what roles belong to.
 *
 * `none → active ⇄ inactive`, and from both `→ removing → removed`.
 */
import { aggregateUuidOf } from '@callboard/plugin-eventstore-common';
import {
  descriptionSchema,
  nameSchema,
  organizationIdSchema,
  projectAdded,
  projectChanged,
  projectDeactivated,
  projectReactivated,
  projectRemovalStarted,
  projectRemoved,
  refusal,
  slugSchema,
} from '@callboard/plugin-iam-common';
import { z } from 'zod';
import { projectNameClaim, projectSlugClaim } from '../claims';
import { defineIamAggregate, rulesFor } from '../defineIamAggregate';
import { completesStage, nextStage } from '../removalStages';
import { projectEvents, projectRemovalStageCompleted } from './events';
import { roleRules } from './roleRules';
import { requireProject, type ProjectRole, type ProjectState } from './state';

/** What goes before a project does, in this order. */
export const projectRemovalStages = [
  'project_grants',
  'grants',
  'administrators',
] as const;

const rule = rulesFor<ProjectState>();
const content = {
  name: nameSchema,
  slug: slugSchema,
  description: descriptionSchema.optional(),
};

function requireRemoving(state: ProjectState): void {
  if (state.status === 'none' || state.status === 'removed') {
    throw refusal('iam.project.not_found');
  }
  if (state.status !== 'removing') {
    throw refusal('iam.project.not_removing');
  }
}

const rules = {
  ...roleRules,

  /** Part of `addProject`. */
  Add: rule(
    { organization: organizationIdSchema, ...content },
    (state, input) => {
      if (state.status !== 'none') {
        throw refusal('iam.project.exists');
      }
      return [projectAdded.of(input)];
    },
  ),

  Change: rule(content, (state, input) => {
    requireProject(state);
    const unchanged =
      state.name === input.name &&
      state.slug === input.slug &&
      state.description === input.description;
    return unchanged ? [] : [projectChanged.of(input)];
  }),

  Deactivate: rule({}, state => {
    requireProject(state);
    return state.status === 'inactive' ? [] : [projectDeactivated.of({})];
  }),

  Reactivate: rule({}, state => {
    requireProject(state);
    return state.status === 'active' ? [] : [projectReactivated.of({})];
  }),

  StartRemoval: rule({}, state => {
    if (state.status === 'removing') {
      return [];
    }
    requireProject(state);
    return [projectRemovalStarted.of({})];
  }),

  CompleteRemovalStage: rule(
    { stage: z.enum(projectRemovalStages) },
    (state, { stage }) => {
      requireRemoving(state);
      return completesStage(
        projectRemovalStages,
        state.stagesDone,
        stage,
        'iam.project.removing',
      )
        ? [projectRemovalStageCompleted.of({ stage })]
        : [];
    },
  ),

  /** Part of `finishProjectRemoval`. */
  FinishRemoval: rule({}, state => {
    if (state.status === 'removed') {
      return [];
    }
    requireRemoving(state);
    if (nextStage(projectRemovalStages, state.stagesDone)) {
      throw refusal('iam.project.removing');
    }
    return [projectRemoved.of({})];
  }),
};

function withRole(
  state: ProjectState,
  key: string,
  changes: Partial<ProjectRole>,
): ProjectState {
  const before = state.roles.get(key) ?? {
    status: 'active' as const,
    name: '',
    permissions: [],
    withGrants: false,
    removingSince: 0,
  };
  const roles = new Map(state.roles).set(key, { ...before, ...changes });
  return { ...state, roles };
}

function withoutRole(state: ProjectState, key: string): ProjectState {
  const roles = new Map(state.roles);
  roles.delete(key);
  return { ...state, roles };
}

export const projectAggregate = defineIamAggregate({
  type: 'iam.project',
  events: projectEvents,
  initial: (): ProjectState => ({
    status: 'none' as const,
    name: '',
    slug: '',
    roles: new Map(),
    stagesDone: [],
  }),
  evolve: {
    'iam.project.added': (state, { payload }) => ({
      ...state,
      ...payload,
      status: 'active' as const,
    }),
    'iam.project.changed': (state, { payload }) => ({
      ...state,
      name: payload.name,
      slug: payload.slug,
      description: payload.description,
    }),
    'iam.project.deactivated': state => ({
      ...state,
      status: 'inactive' as const,
    }),
    'iam.project.reactivated': state => ({
      ...state,
      status: 'active' as const,
    }),
    'iam.project.role_added': (state, { payload: { key, ...role } }) =>
      withRole(state, key, role),
    'iam.project.role_changed': (state, { payload: { key, ...role } }) =>
      withRole(state, key, { description: undefined, ...role }),
    'iam.project.role_removal_started': (state, { payload, position }) =>
      withRole(state, payload.key, {
        status: 'removing' as const,
        withGrants: payload.withGrants,
        removingSince: position,
      }),
    'iam.project.role_removal_cancelled': (state, { payload }) =>
      withRole(state, payload.key, {
        status: 'active' as const,
        withGrants: false,
      }),
    'iam.project.role_removed': (state, { payload }) =>
      withoutRole(state, payload.key),
    'iam.project.removal_started': state => ({
      ...state,
      status: 'removing' as const,
    }),
    'iam.project.removal_stage_completed': (state, { payload }) => ({
      ...state,
      stagesDone: [...state.stagesDone, payload.stage],
    }),
    'iam.project.removed': state => ({
      ...state,
      status: 'removed' as const,
      roles: new Map(),
    }),
  },
  rules,
  claims: state => {
    if (state.status === 'none' || state.status === 'removed') {
      return [];
    }
    const within = aggregateUuidOf(state.organization!);
    return [
      { definition: projectNameClaim, value: `${within}/${state.name}` },
      { definition: projectSlugClaim, value: `${within}/${state.slug}` },
    ];
  },
});
