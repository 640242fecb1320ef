/**
 * The domains of an organization.
 *
 * A domain is first only named (`added`): anybody may do that, so it claims
 * nothing. `Challenge` asks for a proof: a token that is to stand in DNS or
 * under a web address. A check from outside then tells the outcome, which is
 * `ConfirmDomain` (`verified`: from here on it is this organization's alone) or
 * `ReportDomainCheck` (still `challenged`, with the reason). A token lasts a
 * week; a new challenge replaces it, and an answer to an older one is refused.
 */
import {
  domainNameSchema,
  organizationDomainAdded,
  organizationDomainChallenged,
  organizationDomainCheckFailed,
  organizationDomainRemoved,
  organizationDomainVerified,
  organizationIdSchema,
  organizationPrimaryDomainChanged,
  refusal,
} from '@callboard/plugin-iam-common';
import { z } from 'zod';
import { hasEnded } from '../deadline';
import { rulesFor } from '../defineIamAggregate';
import { requireChangeable } from './status';
import type { OrganizationDomain, OrganizationState } from './state';

const MAX_DOMAINS = 100;
const CHALLENGE_LASTS = 7 * 24 * 60 * 60 * 1000;

/** 128 random bits or more in base64url; published, so no secret. */
const token = z
  .string()
  .min(22)
  .max(128)
  .regex(/^[A-Za-z0-9_-]+$/);

const rule = rulesFor<OrganizationState>();
const inDomain = { domain: domainNameSchema };

function domainOf(state: OrganizationState, name: string): OrganizationDomain {
  requireChangeable(state);
  const found = state.domains[name];
  if (!found) {
    throw refusal('iam.organization.domain_not_found', 'domain');
  }
  return found;
}

function verified(
  state: OrganizationState,
  domain: string,
  method: 'dns' | 'http' | 'transfer' | 'waived',
) {
  return [
    organizationDomainVerified.of({ domain, method }),
    ...(state.primaryDomain === undefined
      ? [organizationPrimaryDomainChanged.of({ domain })]
      : []),
  ];
}

export const domainRules = {
  AddDomain: rule(inDomain, (state, { domain }) => {
    requireChangeable(state);
    if (state.domains[domain]) {
      return [];
    }
    if (Object.keys(state.domains).length >= MAX_DOMAINS) {
      throw refusal('iam.organization.too_many_domains', 'domain');
    }
    return [organizationDomainAdded.of({ domain })];
  }),

  ChallengeDomain: rule(
    { ...inDomain, method: z.enum(['dns', 'http']), token },
    (state, input, { now }) => {
      if (domainOf(state, input.domain).verified) {
        throw refusal('iam.organization.domain_verified', 'domain');
      }
      const expiresAt = new Date(now.getTime() + CHALLENGE_LASTS);
      return [
        organizationDomainChallenged.of({
          ...input,
          expiresAt: expiresAt.toISOString(),
        }),
      ];
    },
  ),

  /** The token was found where it was asked for. */
  ConfirmDomain: rule(
    { ...inDomain, token },
    (state, { domain, token: found }, { now }) => {
      const { verified: done, challenge } = domainOf(state, domain);
      if (done) {
        return [];
      }
      if (!challenge) {
        throw refusal('iam.organization.domain_not_challenged', 'domain');
      }
      if (challenge.token !== found) {
        throw refusal('iam.organization.domain_challenge_replaced', 'token');
      }
      if (hasEnded(challenge.expiresAt, now)) {
        throw refusal('iam.organization.domain_challenge_expired', 'domain');
      }
      return verified(state, domain, challenge.method);
    },
  ),

  /** It was not found. */
  ReportDomainCheck: rule(
    {
      ...inDomain,
      token,
      reason: z.enum(['not_found', 'other_token', 'unreachable']),
    },
    (state, { domain, token: asked, reason }) => {
      const { verified: done, challenge, failure } = domainOf(state, domain);
      if (done || challenge?.token !== asked || failure === reason) {
        return [];
      }
      return [organizationDomainCheckFailed.of({ domain, reason })];
    },
  ),

  /** Where the instance's domain policy asks for no proof. */
  WaiveDomainCheck: rule(inDomain, (state, { domain }) =>
    domainOf(state, domain).verified ? [] : verified(state, domain, 'waived'),
  ),

  ChangePrimaryDomain: rule(inDomain, (state, { domain }) => {
    if (!domainOf(state, domain).verified) {
      throw refusal('iam.organization.domain_not_verified', 'domain');
    }
    return domain === state.primaryDomain
      ? []
      : [organizationPrimaryDomainChanged.of({ domain })];
  }),

  RemoveDomain: rule(inDomain, (state, { domain }) => {
    domainOf(state, domain);
    if (domain === state.primaryDomain) {
      throw refusal('iam.organization.domain_is_primary', 'domain');
    }
    return [organizationDomainRemoved.of({ domain })];
  }),

  /** Part of `transferDomain`: what gives it away. */
  GiveDomain: rule(
    { ...inDomain, to: organizationIdSchema },
    (state, { domain, to }) => {
      if (!domainOf(state, domain).verified) {
        throw refusal('iam.organization.domain_not_verified', 'domain');
      }
      if (domain === state.primaryDomain) {
        throw refusal('iam.organization.domain_is_primary', 'domain');
      }
      return [organizationDomainRemoved.of({ domain, transferredTo: to })];
    },
  ),

  /** Part of `transferDomain`: what takes it over. */
  TakeDomain: rule(inDomain, (state, { domain }) => {
    requireChangeable(state);
    if (state.domains[domain]?.verified) {
      return [];
    }
    return [
      ...(state.domains[domain]
        ? []
        : [organizationDomainAdded.of({ domain })]),
      ...verified(state, domain, 'transfer'),
    ];
  }),
};
