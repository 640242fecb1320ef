/** The domains of an organization, and the proof that they are its own. */
import {
  domainNameSchema,
  organizationIdSchema,
  refusal,
} from '@callboard/plugin-iam-common';
import { z } from 'zod';
import { organizationAggregate } from '../domain/organization/organization';
import { transferDomain } from '../domain/organization/transferDomain';
import { waiveDomainCheck } from '../domain/organization/waiveDomainCheck';
import { read } from '../domain/unitOfWork';
import { defineCommand } from './defineCommand';
import { challengeFor, findProof, type Proof } from './domainProbe/challenge';
import { ofOrganization, version } from './fields';
import { changeOrganization } from './organizations';
import { makePublicToken } from './secrets';

const inDomain = z.strictObject({
  ...ofOrganization,
  domain: domainNameSchema,
});

export const domainCommands = {
  addDomain: defineCommand({
    input: inDomain,
    decide: ({ organization, domain }) =>
      changeOrganization(organization, { kind: 'AddDomain', domain }),
  }),

  /** Answers with what to publish, and where. */
  challengeDomain: defineCommand({
    input: inDomain.extend({ method: z.enum(['dns', 'http']) }),
    prepare: async () => makePublicToken(),
    *decide({ organization, domain, method }, _deciding, token: string) {
      yield* changeOrganization(organization, {
        kind: 'ChallengeDomain',
        domain,
        method,
        token,
      });
      return { challenge: challengeFor(domain, method, token) };
    },
  }),

  /** Looks for what was to be published, and writes down what it found. */
  checkDomain: defineCommand({
    input: inDomain,
    prepare: async (
      { organization, domain },
      { runner, domains },
      { instance },
    ): Promise<Proof | undefined> => {
      const { state } = await runner.load(
        organizationAggregate,
        organization,
        instance,
      );
      const challenge = state.domains[domain]?.challenge;
      return challenge && findProof(domains, domain, challenge);
    },
    *decide({ organization, domain }, _deciding, proof) {
      if (!proof) {
        const { domains } = yield* read(organizationAggregate, organization);
        if (domains[domain]?.verified) {
          return { check: 'verified' as const };
        }
        throw domains[domain]
          ? refusal('iam.organization.domain_not_challenged', 'domain')
          : refusal('iam.organization.domain_not_found', 'domain');
      }
      const { token, found } = proof;
      yield* changeOrganization(
        organization,
        found === 'verified'
          ? { kind: 'ConfirmDomain', domain, token }
          : { kind: 'ReportDomainCheck', domain, token, reason: found },
      );
      return { check: found };
    },
  }),

  waiveDomainCheck: defineCommand({
    input: inDomain,
    decide: ({ organization, domain }) =>
      waiveDomainCheck({ organization, domain }),
  }),

  changePrimaryDomain: defineCommand({
    input: inDomain,
    decide: ({ organization, domain }) =>
      changeOrganization(organization, { kind: 'ChangePrimaryDomain', domain }),
  }),

  removeDomain: defineCommand({
    input: inDomain,
    decide: ({ organization, domain }) =>
      changeOrganization(organization, { kind: 'RemoveDomain', domain }),
  }),

  transferDomain: defineCommand({
    input: z.strictObject({
      from: organizationIdSchema,
      to: organizationIdSchema,
      domain: domainNameSchema,
      version,
    }),
    decide: ({ from, to, domain }) => transferDomain({ from, to, domain }),
  }),
};
