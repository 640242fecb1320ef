/**
 * A group of an organization's users. Who is in it is kept with the users
 * (`access`), which group is in which in one place per organization
 * (`groupHierarchy`).
 *
 * `none → active → removing → removed`.
 */
import { aggregateUuidOf } from '@callboard/plugin-eventstore-common';
import {
  descriptionSchema,
  groupAdded,
  groupChanged,
  groupMetadataRemoved,
  groupMetadataSet,
  groupRemovalStarted,
  groupRemoved,
  metadataKeySchema,
  metadataValueSchema,
  nameSchema,
  organizationIdSchema,
  refusal,
  slugSchema,
  type OrganizationId,
} from '@callboard/plugin-iam-common';
import { z } from 'zod';
import { groupNameClaim, groupSlugClaim } from '../claims';
import { defineIamAggregate, rulesFor } from '../defineIamAggregate';
import {
  requireRoom,
  withEntry,
  withoutEntry,
  type Metadata,
} from '../metadata';
import { completesStage, nextStage } from '../removalStages';
import { groupEvents, groupRemovalStageCompleted } from './events';

export interface GroupState {
  readonly status: 'none' | 'active' | 'removing' | 'removed';
  readonly organization?: OrganizationId;
  readonly name: string;
  readonly slug: string;
  readonly description?: string;
  readonly metadata: Metadata;
  readonly stagesDone: readonly string[];
}

/** What goes before a group does. */
const groupRemovalStages = ['members'] as const;

const rule = rulesFor<GroupState>();
const content = {
  name: nameSchema,
  slug: slugSchema,
  description: descriptionSchema.optional(),
};

/** @throws CommandRejectedError unless it can be changed and given something */
export function requireActiveGroup(state: GroupState, field?: string): void {
  if (state.status === 'none' || state.status === 'removed') {
    throw refusal('iam.group.not_found', field);
  }
  if (state.status === 'removing') {
    throw refusal('iam.group.removing', field);
  }
}

function requireRemoving(state: GroupState): void {
  if (state.status === 'none' || state.status === 'removed') {
    throw refusal('iam.group.not_found');
  }
  if (state.status !== 'removing') {
    throw refusal('iam.group.not_removing');
  }
}

const rules = {
  /** Part of `addGroup`. */
  Add: rule(
    { organization: organizationIdSchema, ...content },
    (state, input) => {
      if (state.status !== 'none') {
        throw refusal('iam.group.exists');
      }
      return [groupAdded.of(input)];
    },
  ),

  Change: rule(content, (state, input) => {
    requireActiveGroup(state);
    const unchanged =
      state.name === input.name &&
      state.slug === input.slug &&
      state.description === input.description;
    return unchanged ? [] : [groupChanged.of(input)];
  }),

  SetMetadata: rule(
    { key: metadataKeySchema, value: metadataValueSchema },
    (state, { key, value }) => {
      requireActiveGroup(state);
      requireRoom(state.metadata, key, 'iam.group.too_much_metadata');
      return state.metadata[key] === value
        ? []
        : [groupMetadataSet.of({ key, value })];
    },
  ),

  RemoveMetadata: rule({ key: metadataKeySchema }, (state, { key }) => {
    requireActiveGroup(state);
    return Object.hasOwn(state.metadata, key)
      ? [groupMetadataRemoved.of({ key })]
      : [];
  }),

  /** Part of `startGroupRemoval`. */
  StartRemoval: rule({}, state => {
    if (state.status === 'removing') {
      return [];
    }
    requireActiveGroup(state);
    return [groupRemovalStarted.of({})];
  }),

  CompleteRemovalStage: rule(
    { stage: z.enum(groupRemovalStages) },
    (state, { stage }) => {
      requireRemoving(state);
      return completesStage(
        groupRemovalStages,
        state.stagesDone,
        stage,
        'iam.group.removing',
      )
        ? [groupRemovalStageCompleted.of({ stage })]
        : [];
    },
  ),

  FinishRemoval: rule({}, state => {
    if (state.status === 'removed') {
      return [];
    }
    requireRemoving(state);
    if (nextStage(groupRemovalStages, state.stagesDone)) {
      throw refusal('iam.group.removing');
    }
    return [groupRemoved.of({})];
  }),
};

export const groupAggregate = defineIamAggregate({
  type: 'iam.group',
  events: groupEvents,
  initial: (): GroupState => ({
    status: 'none' as const,
    name: '',
    slug: '',
    metadata: {},
    stagesDone: [],
  }),
  evolve: {
    'iam.group.added': (state, { payload }) => ({
      ...state,
      ...payload,
      status: 'active' as const,
    }),
    'iam.group.changed': (state, { payload }) => ({
      ...state,
      name: payload.name,
      slug: payload.slug,
      description: payload.description,
    }),
    'iam.group.metadata_set': (state, { payload }) => ({
      ...state,
      metadata: withEntry(state.metadata, payload.key, payload.value),
    }),
    'iam.group.metadata_removed': (state, { payload }) => ({
      ...state,
      metadata: withoutEntry(state.metadata, payload.key),
    }),
    'iam.group.removal_started': state => ({
      ...state,
      status: 'removing' as const,
    }),
    'iam.group.removal_stage_completed': (state, { payload }) => ({
      ...state,
      stagesDone: [...state.stagesDone, payload.stage],
    }),
    'iam.group.removed': state => ({
      ...state,
      status: 'removed' as const,
      metadata: {},
    }),
  },
  rules,
  claims: state => {
    if (state.status === 'none' || state.status === 'removed') {
      return [];
    }
    const within = aggregateUuidOf(state.organization!);
    return [
      { definition: groupNameClaim, value: `${within}/${state.name}` },
      { definition: groupSlugClaim, value: `${within}/${state.slug}` },
    ];
  },
});
