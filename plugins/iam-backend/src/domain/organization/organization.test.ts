/* eslint-disable jest/expect-expect -- specify() asserts */
import {
  organizationAdded,
  organizationDeactivated,
  organizationDomainAdded,
  organizationDomainChallenged,
  organizationDomainCheckFailed,
  organizationDomainRemoved,
  organizationDomainVerified,
  organizationMetadataRemoved,
  organizationMetadataSet,
  organizationPrimaryDomainChanged,
  organizationReactivated,
  organizationRemovalStarted,
  organizationRemoved,
  organizationRenamed,
  organizationSlugChanged,
} from '@callboard/plugin-iam-common';
import { specify } from '@callboard/plugin-eventstore-node/testing';
import { ids, inDays } from '../__testUtils__/scene';
import { specifyCommands } from '../__testUtils__/specifyCommands';
import { organizationDomainClaim, organizationNameClaim } from '../claims';
import { organizationRemovalStageCompleted } from './events';
import {
  organizationAggregate,
  organizationRemovalStages,
} from './organization';

const TOKEN = 'a'.repeat(22);
const domain = 'acme.example';
const other = 'acme.org';
const added = organizationAdded.of({ name: 'Acme', slug: 'acme' });
const inactive = [added, organizationDeactivated.of({})];
const removing = [added, organizationRemovalStarted.of({})];
const stage = (name: string) =>
  organizationRemovalStageCompleted.of({ stage: name });
const emptied = [...removing, ...organizationRemovalStages.map(stage)];
const removed = [...emptied, organizationRemoved.of({})];

const named = [added, organizationDomainAdded.of({ domain })];
const challenge = (expiresAt = inDays(7), token = TOKEN) =>
  organizationDomainChallenged.of({ domain, method: 'dns', token, expiresAt });
const verifiedEvents = [
  organizationDomainVerified.of({ domain, method: 'dns' }),
  organizationPrimaryDomainChanged.of({ domain }),
];
const verified = [...named, challenge(), ...verifiedEvents];
const twoDomains = [
  ...verified,
  organizationDomainAdded.of({ domain: other }),
  organizationDomainVerified.of({ domain: other, method: 'waived' }),
];
const to = ids.organization();

specifyCommands(
  organizationAggregate,
  {
    Add: [
      {
        it: 'adds',
        with: { name: ' Acme  ', slug: 'ACME' },
        then: [added],
        again: 'iam.organization.exists',
      },
      {
        it: 'refuses a name of two alphabets',
        with: { name: 'Аcme', slug: 'acme' },
        refused: ['iam.input.mixed_scripts', 'name'],
      },
      {
        it: 'refuses a slug in another alphabet',
        with: { name: 'Acme', slug: 'асме' },
        refused: ['iam.input.alphabet', 'slug'],
      },
      {
        it: 'refuses a name with something invisible',
        with: { name: 'Ac\u200bme', slug: 'acme' },
        refused: ['iam.input.invisible', 'name'],
      },
      {
        it: 'needs a name',
        with: { slug: 'acme' },
        refused: ['iam.input.missing', 'name'],
      },
      {
        it: 'needs a name that is not blank',
        with: { name: '  ', slug: 'acme' },
        refused: ['iam.input.empty', 'name'],
      },
      {
        it: 'does not come back',
        given: removed,
        with: { name: 'Acme', slug: 'acme' },
        refused: 'iam.organization.exists',
      },
    ],
    Rename: [
      {
        it: 'renames',
        given: [added],
        with: { name: 'Acme AG' },
        then: [organizationRenamed.of({ name: 'Acme AG' })],
      },
      {
        it: 'needs an organization',
        with: { name: 'A' },
        refused: 'iam.organization.not_found',
      },
      {
        it: 'is refused while it is removed',
        given: removing,
        with: { name: 'A' },
        refused: 'iam.organization.removing',
      },
      {
        it: 'is refused once it is removed',
        given: removed,
        with: { name: 'A' },
        refused: 'iam.organization.not_found',
      },
    ],
    ChangeSlug: [
      {
        it: 'changes',
        given: [added],
        with: { slug: 'acme-ag' },
        then: [organizationSlugChanged.of({ slug: 'acme-ag' })],
      },
      {
        it: 'refuses what would read as a part of the portal',
        given: [added],
        with: { slug: 'api' },
        refused: ['iam.input.reserved', 'slug'],
      },
    ],
    SetMetadata: [
      {
        it: 'sets',
        given: [added],
        with: { key: 'costCenter', value: '42' },
        then: [organizationMetadataSet.of({ key: 'costCenter', value: '42' })],
      },
      {
        it: 'replaces even where there is no room for more',
        given: [
          added,
          ...Array.from({ length: 50 }, (_, n) =>
            organizationMetadataSet.of({ key: `k${n}`, value: 'v' }),
          ),
        ],
        with: { key: 'k7', value: 'w' },
        then: [organizationMetadataSet.of({ key: 'k7', value: 'w' })],
      },
      {
        it: 'has room for 50',
        given: [
          added,
          ...Array.from({ length: 50 }, (_, n) =>
            organizationMetadataSet.of({ key: `k${n}`, value: 'v' }),
          ),
        ],
        with: { key: 'k50', value: 'v' },
        refused: ['iam.organization.too_much_metadata', 'key'],
      },
    ],
    RemoveMetadata: [
      {
        it: 'removes',
        given: [added, organizationMetadataSet.of({ key: 'k', value: 'v' })],
        with: { key: 'k' },
        then: [organizationMetadataRemoved.of({ key: 'k' })],
      },
      {
        it: 'knows no key that it only inherits',
        given: [added],
        with: { key: 'constructor' },
        then: [],
      },
    ],
    AddDomain: [
      {
        it: 'adds',
        given: [added],
        with: { domain: 'ACME.example' },
        then: [organizationDomainAdded.of({ domain })],
      },
      {
        it: 'brings an international name into ASCII',
        given: [added],
        with: { domain: 'bücher.example' },
        then: [organizationDomainAdded.of({ domain: 'xn--bcher-kva.example' })],
      },
      {
        it: 'refuses a public suffix',
        given: [added],
        with: { domain: 'co.uk' },
        refused: ['iam.input.public_suffix', 'domain'],
      },
      {
        it: 'refuses a label of two alphabets',
        given: [added],
        with: { domain: 'аcme.example' },
        refused: ['iam.input.mixed_scripts', 'domain'],
      },
      {
        it: 'has room for 100',
        given: [
          added,
          ...Array.from({ length: 100 }, (_, n) =>
            organizationDomainAdded.of({ domain: `d${n}.example` }),
          ),
        ],
        with: { domain },
        refused: ['iam.organization.too_many_domains', 'domain'],
      },
    ],
    ChallengeDomain: [
      {
        it: 'asks for a proof within a week',
        given: named,
        with: { domain, method: 'dns', token: TOKEN },
        then: [challenge()],
        again: 'same',
      },
      {
        it: 'needs the domain',
        given: [added],
        with: { domain, method: 'dns', token: TOKEN },
        refused: ['iam.organization.domain_not_found', 'domain'],
      },
      {
        it: 'asks nothing about a verified one',
        given: verified,
        with: { domain, method: 'http', token: TOKEN },
        refused: ['iam.organization.domain_verified', 'domain'],
      },
      {
        it: 'refuses a token that can be guessed',
        given: named,
        with: { domain, method: 'dns', token: 'a'.repeat(21) },
        refused: ['iam.input.too_short', 'token'],
      },
    ],
    ConfirmDomain: [
      {
        it: 'verifies, and makes the first one primary',
        given: [...named, challenge()],
        with: { domain, token: TOKEN },
        then: verifiedEvents,
      },
      {
        it: 'needs a challenge',
        given: named,
        with: { domain, token: TOKEN },
        refused: ['iam.organization.domain_not_challenged', 'domain'],
      },
      {
        it: 'refuses the answer to an older challenge',
        given: [...named, challenge(), challenge(inDays(7), 'b'.repeat(22))],
        with: { domain, token: TOKEN },
        refused: ['iam.organization.domain_challenge_replaced', 'token'],
      },
      {
        it: 'refuses an answer that comes too late',
        given: [...named, challenge(inDays(0))],
        with: { domain, token: TOKEN },
        refused: ['iam.organization.domain_challenge_expired', 'domain'],
      },
    ],
    ReportDomainCheck: [
      {
        it: 'says why, once',
        given: [...named, challenge()],
        with: { domain, token: TOKEN, reason: 'not_found' },
        then: [
          organizationDomainCheckFailed.of({ domain, reason: 'not_found' }),
        ],
      },
      {
        it: 'says nothing of a verified one',
        given: verified,
        with: { domain, token: TOKEN, reason: 'not_found' },
        then: [],
      },
    ],
    WaiveDomainCheck: [
      {
        it: 'verifies without a proof',
        given: named,
        with: { domain },
        then: [
          organizationDomainVerified.of({ domain, method: 'waived' }),
          verifiedEvents[1]!,
        ],
      },
    ],
    ChangePrimaryDomain: [
      {
        it: 'changes',
        given: twoDomains,
        with: { domain: other },
        then: [organizationPrimaryDomainChanged.of({ domain: other })],
      },
      {
        it: 'takes only a verified one',
        given: [...verified, organizationDomainAdded.of({ domain: other })],
        with: { domain: other },
        refused: ['iam.organization.domain_not_verified', 'domain'],
      },
    ],
    RemoveDomain: [
      {
        it: 'removes',
        given: twoDomains,
        with: { domain: other },
        then: [organizationDomainRemoved.of({ domain: other })],
        again: 'iam.organization.domain_not_found',
      },
      {
        it: 'keeps the primary one',
        given: twoDomains,
        with: { domain },
        refused: ['iam.organization.domain_is_primary', 'domain'],
      },
    ],
    GiveDomain: [
      {
        it: 'gives',
        given: twoDomains,
        with: { domain: other, to },
        then: [
          organizationDomainRemoved.of({ domain: other, transferredTo: to }),
        ],
        again: 'iam.organization.domain_not_found',
      },
      {
        it: 'gives only what is its own',
        given: named,
        with: { domain, to },
        refused: ['iam.organization.domain_not_verified', 'domain'],
      },
      {
        it: 'keeps the primary one',
        given: verified,
        with: { domain, to },
        refused: ['iam.organization.domain_is_primary', 'domain'],
      },
    ],
    TakeDomain: [
      {
        it: 'takes',
        given: verified,
        with: { domain: other },
        then: [
          organizationDomainAdded.of({ domain: other }),
          organizationDomainVerified.of({ domain: other, method: 'transfer' }),
        ],
      },
    ],
    Deactivate: [
      {
        it: 'deactivates',
        given: [added],
        then: [organizationDeactivated.of({})],
      },
      {
        it: 'is refused while it is removed',
        given: removing,
        refused: 'iam.organization.removing',
      },
    ],
    Reactivate: [
      {
        it: 'reactivates',
        given: inactive,
        then: [organizationReactivated.of({})],
      },
      {
        it: 'does not stop a removal',
        given: removing,
        refused: 'iam.organization.removing',
      },
    ],
    StartRemoval: [
      {
        it: 'starts',
        given: inactive,
        then: [organizationRemovalStarted.of({})],
      },
      {
        it: 'needs an organization',
        given: removed,
        refused: 'iam.organization.not_found',
      },
    ],
    CompleteRemovalStage: [
      {
        it: 'completes the next stage',
        given: [...removing, stage('users')],
        with: { stage: 'groups' },
        then: [stage('groups')],
      },
      {
        it: 'keeps the order',
        given: removing,
        with: { stage: 'projects' },
        refused: ['iam.organization.removing', 'stage'],
      },
      {
        it: 'needs a removal',
        given: [added],
        with: { stage: 'users' },
        refused: 'iam.organization.not_removing',
      },
    ],
    FinishRemoval: [
      {
        it: 'finishes',
        given: emptied,
        then: [organizationRemoved.of({})],
      },
      {
        it: 'waits for every stage',
        given: emptied.slice(0, -1),
        refused: 'iam.organization.removing',
      },
      {
        it: 'needs a removal',
        given: [added],
        refused: 'iam.organization.not_removing',
      },
    ],
  },
  { begins: ['Add'], gone: removed },
);

describe('names', () => {
  const given = (...events: typeof verified) =>
    specify(organizationAggregate).given(...events);
  const owner = ids.organization();
  const context = { aggregateId: owner };

  it('change hands in one step when it is renamed', () => {
    given(added)
      .when({ kind: 'Rename', name: 'Other' }, context)
      .thenClaims(
        organizationNameClaim.release('Acme', owner),
        organizationNameClaim.claim('Other', owner),
      );
  });

  it('stay where they are when only the spelling changes', () => {
    given(added)
      .when({ kind: 'Rename', name: 'ACME' }, context)
      .then(organizationRenamed.of({ name: 'ACME' }))
      .thenClaims();
  });

  it('are not taken by a domain that is only named', () => {
    given(added).when({ kind: 'AddDomain', domain }, context).thenClaims();
    given(...named, challenge())
      .when(
        { kind: 'ConfirmDomain', domain, token: TOKEN },
        { ...context, now: new Date('2026-11-21T10:00:00Z') },
      )
      .thenClaims(organizationDomainClaim.claim(domain, owner));
  });

  it('are held until the removal ends, and then all given up', () => {
    given(added).when({ kind: 'StartRemoval' }, context).thenClaims();
    const { claims } = organizationAggregate.decide(
      [...twoDomains, ...emptied.slice(1)].reduce(
        (state, event) => organizationAggregate.evolve(state, event as never),
        organizationAggregate.initial(),
      ),
      { kind: 'FinishRemoval' },
      { ...context, now: new Date(0) } as never,
    ) as unknown as { claims: { op: string; value: string }[] };
    expect(claims.map(({ op, value }) => `${op} ${value}`)).toEqual([
      'release acme',
      'release acme',
      `release ${domain}`,
      `release ${other}`,
    ]);
  });
});
