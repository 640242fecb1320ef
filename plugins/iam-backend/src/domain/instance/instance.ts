/**
 * A virtual tenant.
 *
 * `none → active → removing → removed`. While active, set-up is first open and
 * then closed for good: nothing opens it again, not even removing everybody.
 */
import {
  digestSchema,
  hostNameSchema,
  instanceAdded,
  instanceDefaultLanguageChanged,
  instanceDefaultOrganizationChanged,
  instanceDomainAdded,
  instanceDomainRemoved,
  instanceLimitsChanged,
  instancePrimaryDomainChanged,
  instanceRemovalStarted,
  instanceRemoved,
  instanceRenamed,
  instanceSetUp,
  languageSchema,
  nameSchema,
  organizationIdSchema,
  refusal,
  userIdSchema,
  type OrganizationId,
} from '@callboard/plugin-iam-common';
import { z } from 'zod';
import { instanceDomainClaim } from '../claims';
import { expiresAtSchema, hasEnded, requireFuture } from '../deadline';
import { defineIamAggregate, rulesFor } from '../defineIamAggregate';
import { completesStage, nextStage } from '../removalStages';
import {
  instanceEvents,
  instanceRemovalStageCompleted,
  instanceSetUpOffered,
} from './events';

export interface InstanceState {
  readonly status: 'none' | 'active' | 'removing' | 'removed';
  readonly name: string;
  readonly language: string;
  readonly domains: readonly string[];
  readonly primaryDomain?: string;
  readonly defaultOrganization?: OrganizationId;
  readonly setUpDone: boolean;
  readonly setUpOffer?: { readonly digest: string; readonly expiresAt: string };
  readonly blocked: boolean;
  readonly auditDays: number | null;
  readonly stagesDone: readonly string[];
}

/** What goes before an instance does, in this order. */
export const instanceRemovalStages = [
  'organizations',
  'administrator_roles',
] as const;

const MAX_DOMAINS = 100;
const SET_UP_LINK_LASTS = 7 * 24 * 60 * 60 * 1000;

/** @throws CommandRejectedError unless it can be changed */
export function requireActiveInstance(state: InstanceState): void {
  if (state.status === 'none' || state.status === 'removed') {
    throw refusal('iam.instance.not_found');
  }
  if (state.status === 'removing') {
    throw refusal('iam.instance.removing');
  }
}

const rule = rulesFor<InstanceState>();
const inDomain = { domain: hostNameSchema };

function requireDomain(state: InstanceState, domain: string): void {
  requireActiveInstance(state);
  if (!state.domains.includes(domain)) {
    throw refusal('iam.instance.domain_not_found', 'domain');
  }
}

const rules = {
  Add: rule({ name: nameSchema, language: languageSchema }, (state, input) => {
    if (state.status !== 'none') {
      throw refusal('iam.instance.exists');
    }
    return [instanceAdded.of(input)];
  }),

  Rename: rule({ name: nameSchema }, (state, { name }) => {
    requireActiveInstance(state);
    return name === state.name ? [] : [instanceRenamed.of({ name })];
  }),

  ChangeDefaultLanguage: rule(
    { language: languageSchema },
    (state, { language }) => {
      requireActiveInstance(state);
      return language === state.language
        ? []
        : [instanceDefaultLanguageChanged.of({ language })];
    },
  ),

  ChangeDefaultOrganization: rule(
    { organization: organizationIdSchema },
    (state, { organization }) => {
      requireActiveInstance(state);
      return organization === state.defaultOrganization
        ? []
        : [instanceDefaultOrganizationChanged.of({ organization })];
    },
  ),

  AddDomain: rule(inDomain, (state, { domain }) => {
    requireActiveInstance(state);
    if (state.domains.includes(domain)) {
      return [];
    }
    if (state.domains.length >= MAX_DOMAINS) {
      throw refusal('iam.instance.too_many_domains', 'domain');
    }
    return [
      instanceDomainAdded.of({ domain }),
      ...(state.primaryDomain === undefined
        ? [instancePrimaryDomainChanged.of({ domain })]
        : []),
    ];
  }),

  ChangePrimaryDomain: rule(inDomain, (state, { domain }) => {
    requireDomain(state, domain);
    return domain === state.primaryDomain
      ? []
      : [instancePrimaryDomainChanged.of({ domain })];
  }),

  RemoveDomain: rule(inDomain, (state, { domain }) => {
    requireDomain(state, domain);
    if (domain === state.primaryDomain) {
      throw refusal('iam.instance.domain_is_primary', 'domain');
    }
    return [instanceDomainRemoved.of({ domain })];
  }),

  /** A new link; the one before it is worth nothing from here on. */
  OfferSetUp: rule(
    { digest: digestSchema, expiresAt: expiresAtSchema },
    (state, input, { now }) => {
      requireActiveInstance(state);
      if (state.setUpDone) {
        throw refusal('iam.instance.set_up_done');
      }
      requireFuture(input.expiresAt, now, 'expiresAt', SET_UP_LINK_LASTS);
      return [instanceSetUpOffered.of(input)];
    },
  ),

  /** Part of `setUpInstance`. */
  SetUp: rule(
    {
      organization: organizationIdSchema,
      owner: userIdSchema,
      proof: z.discriminatedUnion('by', [
        z.strictObject({ by: z.literal('link'), digest: digestSchema }),
        z.strictObject({ by: z.literal('configuration') }),
      ]),
    },
    (state, { organization, owner, proof }, { now }) => {
      requireActiveInstance(state);
      if (state.setUpDone) {
        throw refusal('iam.instance.set_up_done');
      }
      if (proof.by === 'link') {
        requireOffered(state, proof.digest, now);
      }
      return [
        instanceSetUp.of({ organization, owner, by: proof.by }),
        instanceDefaultOrganizationChanged.of({ organization }),
      ];
    },
  ),

  ChangeLimits: rule(
    {
      blocked: z.boolean(),
      auditDays: z.int().min(1).max(36_500).nullable(),
    },
    (state, limits) => {
      requireActiveInstance(state);
      return limits.blocked === state.blocked &&
        limits.auditDays === state.auditDays
        ? []
        : [instanceLimitsChanged.of(limits)];
    },
  ),

  StartRemoval: rule({}, state => {
    if (state.status === 'removing') {
      return [];
    }
    requireActiveInstance(state);
    return [instanceRemovalStarted.of({})];
  }),

  CompleteRemovalStage: rule(
    { stage: z.enum(instanceRemovalStages) },
    (state, { stage }) => {
      requireRemoving(state);
      return completesStage(
        instanceRemovalStages,
        state.stagesDone,
        stage,
        'iam.instance.not_removing',
      )
        ? [instanceRemovalStageCompleted.of({ stage })]
        : [];
    },
  ),

  FinishRemoval: rule({}, state => {
    if (state.status === 'removed') {
      return [];
    }
    requireRemoving(state);
    if (nextStage(instanceRemovalStages, state.stagesDone)) {
      throw refusal('iam.instance.removing');
    }
    return [instanceRemoved.of({})];
  }),
};

function requireOffered(state: InstanceState, digest: string, now: Date): void {
  if (!state.setUpOffer) {
    throw refusal('iam.instance.set_up_not_offered');
  }
  if (state.setUpOffer.digest !== digest) {
    throw refusal('iam.instance.set_up_wrong_link', 'proof.digest');
  }
  if (hasEnded(state.setUpOffer.expiresAt, now)) {
    throw refusal('iam.instance.set_up_expired', 'proof.digest');
  }
}

function requireRemoving(state: InstanceState): void {
  if (state.status !== 'removing') {
    throw refusal(
      state.status === 'active'
        ? 'iam.instance.not_removing'
        : 'iam.instance.not_found',
    );
  }
}

export const instanceAggregate = defineIamAggregate({
  type: 'iam.instance',
  events: instanceEvents,
  initial: (): InstanceState => ({
    status: 'none' as const,
    name: '',
    language: '',
    domains: [],
    setUpDone: false,
    blocked: false,
    auditDays: null,
    stagesDone: [],
  }),
  evolve: {
    'iam.instance.added': (state, { payload }) => ({
      ...state,
      status: 'active' as const,
      name: payload.name,
      language: payload.language,
    }),
    'iam.instance.renamed': (state, { payload }) => ({
      ...state,
      name: payload.name,
    }),
    'iam.instance.default_language_changed': (state, { payload }) => ({
      ...state,
      language: payload.language,
    }),
    'iam.instance.default_organization_changed': (state, { payload }) => ({
      ...state,
      defaultOrganization: payload.organization,
    }),
    'iam.instance.domain_added': (state, { payload }) => ({
      ...state,
      domains: [...state.domains, payload.domain],
    }),
    'iam.instance.domain_removed': (state, { payload }) => ({
      ...state,
      domains: state.domains.filter(domain => domain !== payload.domain),
    }),
    'iam.instance.primary_domain_changed': (state, { payload }) => ({
      ...state,
      primaryDomain: payload.domain,
    }),
    'iam.instance.set_up_offered': (state, { payload }) => ({
      ...state,
      setUpOffer: payload,
    }),
    'iam.instance.set_up': state => ({
      ...state,
      setUpDone: true,
      setUpOffer: undefined,
    }),
    'iam.instance.limits_changed': (state, { payload }) => ({
      ...state,
      ...payload,
    }),
    'iam.instance.removal_started': state => ({
      ...state,
      status: 'removing' as const,
    }),
    'iam.instance.removal_stage_completed': (state, { payload }) => ({
      ...state,
      stagesDone: [...state.stagesDone, payload.stage],
    }),
    'iam.instance.removed': state => ({
      ...state,
      status: 'removed' as const,
      domains: [],
      primaryDomain: undefined,
    }),
  },
  rules,
  claims: state =>
    state.domains.map(value => ({ definition: instanceDomainClaim, value })),
});
