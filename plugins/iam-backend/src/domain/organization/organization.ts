/**
 * A company, department or customer: what owns users, groups and projects.
 *
 * `none → active ⇄ inactive`, and from both `→ removing → removed`.
 */
import {
  metadataKeySchema,
  metadataValueSchema,
  nameSchema,
  organizationAdded,
  organizationDeactivated,
  organizationMetadataRemoved,
  organizationMetadataSet,
  organizationReactivated,
  organizationRemovalStarted,
  organizationRemoved,
  organizationRenamed,
  organizationSlugChanged,
  refusal,
  slugSchema,
} from '@callboard/plugin-iam-common';
import { z } from 'zod';
import {
  organizationDomainClaim,
  organizationNameClaim,
  organizationSlugClaim,
} from '../claims';
import { defineIamAggregate, rulesFor } from '../defineIamAggregate';
import { requireRoom, withEntry, withoutEntry } from '../metadata';
import { completesStage, nextStage } from '../removalStages';
import { domainRules } from './domains';
import {
  organizationEvents,
  organizationRemovalStageCompleted,
} from './events';
import type { OrganizationDomain, OrganizationState } from './state';
import { requireChangeable } from './status';

/** What goes before an organization does, in this order. */
export const organizationRemovalStages = [
  'users',
  'groups',
  'project_grants',
  'projects',
  'administrator_roles',
  'administrators',
] as const;

const rule = rulesFor<OrganizationState>();

function requireRemoving(state: OrganizationState): void {
  if (state.status === 'none' || state.status === 'removed') {
    throw refusal('iam.organization.not_found');
  }
  if (state.status !== 'removing') {
    throw refusal('iam.organization.not_removing');
  }
}

const rules = {
  ...domainRules,

  /** Part of `addOrganization`. */
  Add: rule({ name: nameSchema, slug: slugSchema }, (state, input) => {
    if (state.status !== 'none') {
      throw refusal('iam.organization.exists');
    }
    return [organizationAdded.of(input)];
  }),

  Rename: rule({ name: nameSchema }, (state, { name }) => {
    requireChangeable(state);
    return name === state.name ? [] : [organizationRenamed.of({ name })];
  }),

  ChangeSlug: rule({ slug: slugSchema }, (state, { slug }) => {
    requireChangeable(state);
    return slug === state.slug ? [] : [organizationSlugChanged.of({ slug })];
  }),

  SetMetadata: rule(
    { key: metadataKeySchema, value: metadataValueSchema },
    (state, { key, value }) => {
      requireChangeable(state);
      requireRoom(state.metadata, key, 'iam.organization.too_much_metadata');
      return state.metadata[key] === value
        ? []
        : [organizationMetadataSet.of({ key, value })];
    },
  ),

  RemoveMetadata: rule({ key: metadataKeySchema }, (state, { key }) => {
    requireChangeable(state);
    return Object.hasOwn(state.metadata, key)
      ? [organizationMetadataRemoved.of({ key })]
      : [];
  }),

  /** Part of `deactivateOrganization`. */
  Deactivate: rule({}, state => {
    requireChangeable(state);
    return state.status === 'inactive' ? [] : [organizationDeactivated.of({})];
  }),

  /** Part of `reactivateOrganization`. */
  Reactivate: rule({}, state => {
    requireChangeable(state);
    return state.status === 'active' ? [] : [organizationReactivated.of({})];
  }),

  /** Part of `startOrganizationRemoval`. */
  StartRemoval: rule({}, state => {
    if (state.status === 'removing') {
      return [];
    }
    requireChangeable(state);
    return [organizationRemovalStarted.of({})];
  }),

  CompleteRemovalStage: rule(
    { stage: z.enum(organizationRemovalStages) },
    (state, { stage }) => {
      requireRemoving(state);
      return completesStage(
        organizationRemovalStages,
        state.stagesDone,
        stage,
        'iam.organization.removing',
      )
        ? [organizationRemovalStageCompleted.of({ stage })]
        : [];
    },
  ),

  /** Part of `finishOrganizationRemoval`. */
  FinishRemoval: rule({}, state => {
    if (state.status === 'removed') {
      return [];
    }
    requireRemoving(state);
    if (nextStage(organizationRemovalStages, state.stagesDone)) {
      throw refusal('iam.organization.removing');
    }
    return [organizationRemoved.of({})];
  }),
};

function withDomain(
  state: OrganizationState,
  name: string,
  changes: Partial<OrganizationDomain>,
): OrganizationState {
  const before = state.domains[name] ?? { verified: false };
  return {
    ...state,
    domains: { ...state.domains, [name]: { ...before, ...changes } },
  };
}

function withoutDomain(
  state: OrganizationState,
  name: string,
): OrganizationState {
  const { [name]: _removed, ...domains } = state.domains;
  return { ...state, domains };
}

export const organizationAggregate = defineIamAggregate({
  type: 'iam.organization',
  events: organizationEvents,
  initial: (): OrganizationState => ({
    status: 'none' as const,
    name: '',
    slug: '',
    metadata: {},
    domains: {},
    stagesDone: [],
  }),
  evolve: {
    'iam.organization.added': (state, { payload }) => ({
      ...state,
      status: 'active' as const,
      name: payload.name,
      slug: payload.slug,
    }),
    'iam.organization.renamed': (state, { payload }) => ({
      ...state,
      name: payload.name,
    }),
    'iam.organization.slug_changed': (state, { payload }) => ({
      ...state,
      slug: payload.slug,
    }),
    'iam.organization.metadata_set': (state, { payload }) => ({
      ...state,
      metadata: withEntry(state.metadata, payload.key, payload.value),
    }),
    'iam.organization.metadata_removed': (state, { payload }) => ({
      ...state,
      metadata: withoutEntry(state.metadata, payload.key),
    }),
    'iam.organization.domain_added': (state, { payload }) =>
      withDomain(state, payload.domain, {}),
    'iam.organization.domain_challenged': (state, { payload }) =>
      withDomain(state, payload.domain, {
        challenge: {
          method: payload.method,
          token: payload.token,
          expiresAt: payload.expiresAt,
        },
        failure: undefined,
      }),
    'iam.organization.domain_verified': (state, { payload }) =>
      withDomain(state, payload.domain, {
        verified: true,
        challenge: undefined,
        failure: undefined,
      }),
    'iam.organization.domain_check_failed': (state, { payload }) =>
      withDomain(state, payload.domain, { failure: payload.reason }),
    'iam.organization.domain_removed': (state, { payload }) =>
      withoutDomain(state, payload.domain),
    'iam.organization.primary_domain_changed': (state, { payload }) => ({
      ...state,
      primaryDomain: payload.domain,
    }),
    'iam.organization.deactivated': state => ({
      ...state,
      status: 'inactive' as const,
    }),
    'iam.organization.reactivated': state => ({
      ...state,
      status: 'active' as const,
    }),
    'iam.organization.removal_started': state => ({
      ...state,
      status: 'removing' as const,
    }),
    'iam.organization.removal_stage_completed': (state, { payload }) => ({
      ...state,
      stagesDone: [...state.stagesDone, payload.stage],
    }),
    'iam.organization.removed': state => ({
      ...state,
      status: 'removed' as const,
      metadata: {},
      domains: {},
      primaryDomain: undefined,
    }),
  },
  rules,
  claims: state =>
    state.status === 'none' || state.status === 'removed'
      ? []
      : [
          { definition: organizationNameClaim, value: state.name },
          { definition: organizationSlugClaim, value: state.slug },
          ...Object.entries(state.domains)
            .filter(([, domain]) => domain.verified)
            .map(([value]) => ({ definition: organizationDomainClaim, value })),
        ],
});
