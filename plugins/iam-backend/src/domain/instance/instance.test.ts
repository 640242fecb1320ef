import {
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
} from '@callboard/plugin-iam-common';
import { DIGEST, ids, inDays, OTHER_DIGEST } from '../__testUtils__/scene';
import { specifyCommands } from '../__testUtils__/specifyCommands';
import { instanceRemovalStageCompleted, instanceSetUpOffered } from './events';
import { instanceAggregate } from './instance';

const organization = ids.organization();
const owner = ids.user();
const added = instanceAdded.of({ name: 'Example', language: 'en' });
const domain = 'portal.example.com';
const withDomain = [
  added,
  instanceDomainAdded.of({ domain }),
  instancePrimaryDomainChanged.of({ domain }),
];
const offered = instanceSetUpOffered.of({
  digest: DIGEST,
  expiresAt: inDays(1),
});
const done = instanceSetUp.of({ organization, owner, by: 'link' });
const removing = instanceRemovalStarted.of({});
const stage = (name: string) =>
  instanceRemovalStageCompleted.of({ stage: name });
const emptied = [
  added,
  removing,
  stage('organizations'),
  stage('administrator_roles'),
];
const removed = [...emptied, instanceRemoved.of({})];

const setUp = {
  organization,
  owner,
  proof: { by: 'link', digest: DIGEST },
};
const setUpEvents = [
  done,
  instanceDefaultOrganizationChanged.of({ organization }),
];

specifyCommands(
  instanceAggregate,
  {
    Add: [
      {
        it: 'adds',
        with: { name: '  Example ', language: 'EN' },
        then: [added],
        again: 'iam.instance.exists',
      },
      {
        it: 'does not come back',
        given: removed,
        with: { name: 'Example', language: 'en' },
        refused: 'iam.instance.exists',
      },
    ],
    Rename: [
      {
        it: 'renames',
        given: [added],
        with: { name: 'Other' },
        then: [instanceRenamed.of({ name: 'Other' })],
      },
      {
        it: 'needs an instance',
        with: { name: 'Other' },
        refused: 'iam.instance.not_found',
      },
      {
        it: 'is refused while it is removed',
        given: [added, removing],
        with: { name: 'Other' },
        refused: 'iam.instance.removing',
      },
    ],
    ChangeDefaultLanguage: [
      {
        it: 'changes',
        given: [added],
        with: { language: 'de' },
        then: [instanceDefaultLanguageChanged.of({ language: 'de' })],
      },
      {
        it: 'knows what is no language',
        given: [added],
        with: { language: 'deutsch!' },
        refused: ['iam.input.format', 'language'],
      },
    ],
    ChangeDefaultOrganization: [
      {
        it: 'changes',
        given: [added],
        with: { organization },
        then: [instanceDefaultOrganizationChanged.of({ organization })],
      },
      {
        it: 'refuses the id of something else',
        given: [added],
        with: { organization: owner },
        refused: ['iam.input.wrong_kind', 'organization'],
      },
    ],
    AddDomain: [
      {
        it: 'makes the first one primary',
        given: [added],
        with: { domain: 'Portal.Example.COM' },
        then: withDomain.slice(1),
      },
      {
        it: 'adds another',
        given: withDomain,
        with: { domain: 'localhost' },
        then: [instanceDomainAdded.of({ domain: 'localhost' })],
      },
      {
        it: 'takes no address',
        given: [added],
        with: { domain: '10.0.0.1' },
        refused: ['iam.input.format', 'domain'],
      },
      {
        it: 'has room for 100',
        given: [
          added,
          ...Array.from({ length: 100 }, (_, n) =>
            instanceDomainAdded.of({ domain: `d${n}.example.com` }),
          ),
        ],
        with: { domain: 'another.example.com' },
        refused: ['iam.instance.too_many_domains', 'domain'],
      },
    ],
    ChangePrimaryDomain: [
      {
        it: 'changes',
        given: [...withDomain, instanceDomainAdded.of({ domain: 'localhost' })],
        with: { domain: 'localhost' },
        then: [instancePrimaryDomainChanged.of({ domain: 'localhost' })],
      },
      {
        it: 'needs the domain',
        given: withDomain,
        with: { domain: 'localhost' },
        refused: ['iam.instance.domain_not_found', 'domain'],
      },
    ],
    RemoveDomain: [
      {
        it: 'removes',
        given: [...withDomain, instanceDomainAdded.of({ domain: 'localhost' })],
        with: { domain: 'localhost' },
        then: [instanceDomainRemoved.of({ domain: 'localhost' })],
        again: 'iam.instance.domain_not_found',
      },
      {
        it: 'keeps the primary one',
        given: withDomain,
        with: { domain },
        refused: ['iam.instance.domain_is_primary', 'domain'],
      },
    ],
    OfferSetUp: [
      {
        it: 'offers',
        given: [added],
        with: { digest: DIGEST, expiresAt: inDays(1) },
        then: [offered],
        again: 'same',
      },
      {
        it: 'is over for good',
        given: [added, offered, done],
        with: { digest: OTHER_DIGEST, expiresAt: inDays(1) },
        refused: 'iam.instance.set_up_done',
      },
      {
        it: 'does not last longer than a week',
        given: [added],
        with: { digest: DIGEST, expiresAt: inDays(8) },
        refused: ['iam.input.too_far', 'expiresAt'],
      },
      {
        it: 'does not end before it starts',
        given: [added],
        with: { digest: DIGEST, expiresAt: inDays(0) },
        refused: ['iam.input.past', 'expiresAt'],
      },
    ],
    SetUp: [
      {
        it: 'takes the link',
        given: [added, offered],
        with: setUp,
        then: setUpEvents,
        again: 'iam.instance.set_up_done',
      },
      {
        it: 'takes the configuration',
        given: [added],
        with: { ...setUp, proof: { by: 'configuration' } },
        then: [
          instanceSetUp.of({ organization, owner, by: 'configuration' }),
          setUpEvents[1]!,
        ],
        again: 'iam.instance.set_up_done',
      },
      {
        it: 'needs an offer',
        given: [added],
        with: setUp,
        refused: 'iam.instance.set_up_not_offered',
      },
      {
        it: 'takes only the newest link',
        given: [
          added,
          offered,
          instanceSetUpOffered.of({
            digest: OTHER_DIGEST,
            expiresAt: inDays(1),
          }),
        ],
        with: setUp,
        refused: ['iam.instance.set_up_wrong_link', 'proof.digest'],
      },
      {
        it: 'takes no link that has expired',
        given: [
          added,
          instanceSetUpOffered.of({ digest: DIGEST, expiresAt: inDays(-1) }),
        ],
        with: setUp,
        refused: ['iam.instance.set_up_expired', 'proof.digest'],
      },
    ],
    ChangeLimits: [
      {
        it: 'blocks',
        given: [added],
        with: { blocked: true, auditDays: 90 },
        then: [instanceLimitsChanged.of({ blocked: true, auditDays: 90 })],
      },
      {
        it: 'refuses a window without days',
        given: [added],
        with: { blocked: false, auditDays: 0 },
        refused: ['iam.input.too_small', 'auditDays'],
      },
    ],
    StartRemoval: [
      { it: 'starts', given: [added], then: [removing] },
      { it: 'needs an instance', refused: 'iam.instance.not_found' },
    ],
    CompleteRemovalStage: [
      {
        it: 'completes the next stage',
        given: [added, removing],
        with: { stage: 'organizations' },
        then: [stage('organizations')],
      },
      {
        it: 'keeps the order',
        given: [added, removing],
        with: { stage: 'administrator_roles' },
        refused: 'iam.instance.not_removing',
      },
      {
        it: 'needs a removal',
        given: [added],
        with: { stage: 'organizations' },
        refused: 'iam.instance.not_removing',
      },
    ],
    FinishRemoval: [
      { it: 'finishes', given: emptied, then: [instanceRemoved.of({})] },
      {
        it: 'waits for every stage',
        given: emptied.slice(0, 3),
        refused: 'iam.instance.removing',
      },
      {
        it: 'needs a removal',
        given: [added],
        refused: 'iam.instance.not_removing',
      },
    ],
  },
  { begins: ['Add'], gone: removed },
);
