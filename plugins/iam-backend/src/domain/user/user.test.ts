/* eslint-disable jest/expect-expect -- specify() asserts */
import {
  avatarChanged,
  avatarRemoved,
  emailChanged,
  emailVerified,
  humanAdded,
  machineAdded,
  machineChanged,
  phoneChanged,
  phoneRemoved,
  phoneVerified,
  profileChanged,
  userActivated,
  userDeactivated,
  userErased,
  userLocked,
  userMetadataRemoved,
  userMetadataSet,
  usernameChanged,
  userReactivated,
  userRemoved,
  userUnlocked,
} from '@callboard/plugin-iam-common';
import { specify } from '@callboard/plugin-eventstore-node/testing';
import {
  DIGEST,
  ids,
  inDays,
  OTHER_DIGEST,
  person,
} from '../__testUtils__/scene';
import { specifyCommands } from '../__testUtils__/specifyCommands';
import { loginNameClaim } from '../claims';
import {
  emailCodeIssued,
  keyAdded,
  keyRemoved,
  phoneCodeIssued,
  secretRemoved,
  secretSet,
  tokenAdded,
  tokenRevoked,
  userInvited,
} from './events';
import { userAggregate } from './user';

const organization = ids.organization();
const ann = humanAdded.of({ organization, ...person('ann') });
const active = [
  ann,
  emailVerified.of({ by: 'administrator' }),
  userActivated.of({}),
];
const locked = [...active, userLocked.of({ reason: 'administrator' })];
const inactive = [...active, userDeactivated.of({})];
const removed = [...active, userRemoved.of({ organization })];
const invited = (expiresAt = inDays(1), digest = DIGEST) =>
  userInvited.of({ digest, expiresAt });
const machine = { username: 'deployer', name: 'Deployer' };
const bot = [
  machineAdded.of({ organization, ...machine }),
  userActivated.of({}),
];
const code = { digest: DIGEST, expiresAt: inDays(1) };
const byCode = { proof: { by: 'code', digest: DIGEST } };
const phone = '+4930123456';
const withPhone = [...active, phoneChanged.of({ phone })];
const key = '0b0e7a52-56f5-4f6a-9f6d-0d8f6f6d6a11';
const publicKey = {
  kty: 'OKP',
  crv: 'Ed25519',
  x: 'a'.repeat(43),
  alg: 'EdDSA',
} as const;
const keyFields = { key, publicKey, expiresAt: inDays(90) };
const tokenFields = {
  token: key,
  name: 'Laptop',
  digest: DIGEST,
  scopes: ['catalog.*'],
  expiresAt: inDays(90),
};
const uuid = (n: number) =>
  `0b0e7a52-56f5-4f6a-9f6d-${String(n).padStart(12, '0')}`;

specifyCommands(
  userAggregate,
  {
    AddHuman: [
      {
        it: 'adds',
        with: { organization, ...person('ann') },
        then: [ann],
        again: 'iam.user.exists',
      },
      {
        it: 'refuses an e-mail address in another alphabet',
        with: { organization, ...person('ann'), email: 'аnn@example.org' },
        refused: ['iam.input.alphabet', 'email'],
      },
      {
        it: 'refuses an e-mail address without a domain',
        with: { organization, ...person('ann'), email: 'ann@' },
        refused: ['iam.input.format', 'email'],
      },
      {
        it: 'refuses a username in another alphabet',
        with: { organization, ...person('ann'), username: 'аnn' },
        refused: ['iam.input.alphabet', 'username'],
      },
      {
        it: 'takes names as people spell them',
        with: {
          organization,
          ...person('ann'),
          displayName: 'Анна Smith 田中',
        },
        then: [
          humanAdded.of({
            organization,
            ...person('ann'),
            displayName: 'Анна Smith 田中',
          }),
        ],
        again: 'iam.user.exists',
      },
      {
        it: 'refuses the id of something else',
        with: { ...person('ann'), organization: ids.user() },
        refused: ['iam.input.wrong_kind', 'organization'],
      },
      {
        it: 'does not come back',
        given: removed,
        with: { organization, ...person('ann') },
        refused: 'iam.user.exists',
      },
    ],
    AddMachine: [
      {
        it: 'adds',
        with: { organization, ...machine },
        then: bot,
        again: 'iam.user.exists',
      },
    ],
    ChangeUsername: [
      {
        it: 'changes',
        given: active,
        with: { username: 'anna' },
        then: [usernameChanged.of({ username: 'anna' })],
      },
      {
        it: 'needs a user',
        with: { username: 'anna' },
        refused: 'iam.user.not_found',
      },
      {
        it: 'is refused for one who is gone',
        given: removed,
        with: { username: 'anna' },
        refused: 'iam.user.gone',
      },
    ],
    ChangeProfile: [
      {
        it: 'changes',
        given: active,
        with: {
          givenName: 'Ann',
          familyName: 'Other',
          displayName: 'Ann',
          language: 'de-ch',
        },
        then: [
          profileChanged.of({
            givenName: 'Ann',
            familyName: 'Other',
            displayName: 'Ann',
            language: 'de-CH',
          }),
        ],
      },
      {
        it: 'is for people',
        given: bot,
        with: { givenName: 'A', familyName: 'B', displayName: 'C' },
        refused: 'iam.user.not_human',
      },
    ],
    ChangeMachine: [
      {
        it: 'changes',
        given: bot,
        with: { name: 'Deployer', description: 'Ships it' },
        then: [
          machineChanged.of({ name: 'Deployer', description: 'Ships it' }),
        ],
      },
      {
        it: 'is for machines',
        given: active,
        with: { name: 'Ann' },
        refused: 'iam.user.not_machine',
      },
    ],
    ChangeEmail: [
      {
        it: 'changes',
        given: active,
        with: { email: 'Ann@BÜCHER.example' },
        then: [emailChanged.of({ email: 'Ann@xn--bcher-kva.example' })],
      },
      {
        it: 'is for people',
        given: bot,
        with: { email: 'bot@example.org' },
        refused: 'iam.user.not_human',
      },
    ],
    IssueEmailCode: [
      {
        it: 'issues',
        given: [ann],
        with: code,
        then: [emailCodeIssued.of(code)],
        again: 'same',
      },
      {
        it: 'does not last longer than a month',
        given: [ann],
        with: { ...code, expiresAt: inDays(31) },
        refused: ['iam.input.too_far', 'expiresAt'],
      },
    ],
    VerifyEmail: [
      {
        it: 'takes the code',
        given: [ann, emailCodeIssued.of(code)],
        with: byCode,
        then: [emailVerified.of({ by: 'code' })],
      },
      {
        it: 'takes only the newest code',
        given: [
          ann,
          emailCodeIssued.of(code),
          emailCodeIssued.of({ ...code, digest: OTHER_DIGEST }),
        ],
        with: byCode,
        refused: ['iam.user.code_wrong', 'proof.digest'],
      },
      {
        it: 'takes no code that has expired',
        given: [ann, emailCodeIssued.of({ ...code, expiresAt: inDays(0) })],
        with: byCode,
        refused: ['iam.user.code_expired', 'proof.digest'],
      },
      {
        it: 'takes no code that went to another address',
        given: [
          ann,
          emailCodeIssued.of(code),
          emailChanged.of({ email: 'eve@example.org' }),
        ],
        with: byCode,
        refused: ['iam.user.code_wrong', 'proof.digest'],
      },
    ],
    ChangePhone: [
      {
        it: 'changes',
        given: active,
        with: { phone: '+49 (0)30 123456' },
        then: [phoneChanged.of({ phone })],
      },
      {
        it: 'needs the country',
        given: active,
        with: { phone: '030 123456' },
        refused: ['iam.input.format', 'phone'],
      },
    ],
    IssuePhoneCode: [
      {
        it: 'issues',
        given: withPhone,
        with: code,
        then: [phoneCodeIssued.of(code)],
        again: 'same',
      },
      {
        it: 'needs a number',
        given: active,
        with: code,
        refused: 'iam.user.no_phone',
      },
    ],
    VerifyPhone: [
      {
        it: 'takes the code',
        given: [...withPhone, phoneCodeIssued.of(code)],
        with: byCode,
        then: [phoneVerified.of({ by: 'code' })],
      },
      {
        it: 'needs a number',
        given: active,
        with: byCode,
        refused: 'iam.user.no_phone',
      },
      {
        it: 'needs a code that was sent',
        given: withPhone,
        with: byCode,
        refused: ['iam.user.code_wrong', 'proof.digest'],
      },
    ],
    RemovePhone: [
      { it: 'removes', given: withPhone, then: [phoneRemoved.of({})] },
      { it: 'is for people', given: bot, refused: 'iam.user.not_human' },
    ],
    ChangeAvatar: [
      {
        it: 'is for people and machines',
        given: bot,
        with: { image: DIGEST },
        then: [avatarChanged.of({ image: DIGEST })],
      },
      {
        it: 'takes another one',
        given: [...active, avatarChanged.of({ image: DIGEST })],
        with: { image: OTHER_DIGEST },
        then: [avatarChanged.of({ image: OTHER_DIGEST })],
      },
      {
        it: 'takes a digest',
        given: active,
        with: { image: 'me.png' },
        refused: ['iam.input.alphabet', 'image'],
      },
    ],
    RemoveAvatar: [
      {
        it: 'removes',
        given: [...active, avatarChanged.of({ image: DIGEST })],
        then: [avatarRemoved.of({})],
      },
    ],
    SetMetadata: [
      {
        it: 'sets',
        given: bot,
        with: { key: 'team', value: 'ops\nnight' },
        then: [userMetadataSet.of({ key: 'team', value: 'ops\nnight' })],
      },
      {
        it: 'has room for 50',
        given: [
          ...active,
          ...Array.from({ length: 50 }, (_, n) =>
            userMetadataSet.of({ key: `k${n}`, value: 'v' }),
          ),
        ],
        with: { key: 'k50', value: 'v' },
        refused: ['iam.user.too_much_metadata', 'key'],
      },
    ],
    RemoveMetadata: [
      {
        it: 'removes',
        given: [...active, userMetadataSet.of({ key: 'k', value: 'v' })],
        with: { key: 'k' },
        then: [userMetadataRemoved.of({ key: 'k' })],
      },
    ],
    Invite: [
      {
        it: 'invites, any number of times',
        given: [ann],
        with: code,
        then: [invited()],
        again: 'same',
      },
      {
        it: 'is for those who are not active yet',
        given: active,
        with: code,
        refused: 'iam.user.not_pending',
      },
      {
        it: 'is for people',
        given: bot,
        with: code,
        refused: 'iam.user.not_human',
      },
    ],
    AcceptInvitation: [
      {
        it: 'activates, and proves the address',
        given: [ann, invited()],
        with: { digest: DIGEST },
        then: [emailVerified.of({ by: 'code' }), userActivated.of({})],
        again: 'iam.user.not_invited',
      },
      {
        it: 'needs an invitation',
        given: [ann],
        with: { digest: DIGEST },
        refused: 'iam.user.not_invited',
      },
      {
        it: 'takes only the newest code',
        given: [ann, invited(), invited(inDays(1), OTHER_DIGEST)],
        with: { digest: DIGEST },
        refused: ['iam.user.code_wrong', 'digest'],
      },
      {
        it: 'takes no code that has expired',
        given: [ann, invited(inDays(-1))],
        with: { digest: DIGEST },
        refused: ['iam.user.code_expired', 'digest'],
      },
      {
        it: 'takes no code that went to another address',
        given: [ann, invited(), emailChanged.of({ email: 'eve@example.org' })],
        with: { digest: DIGEST },
        refused: ['iam.user.code_wrong', 'digest'],
      },
    ],
    Activate: [
      {
        it: 'activates',
        given: active.slice(0, 2),
        then: [userActivated.of({})],
      },
      {
        it: 'needs a verified address',
        given: [ann],
        refused: 'iam.user.email_unverified',
      },
      {
        it: 'does not unlock',
        given: locked,
        refused: 'iam.user.not_pending',
      },
    ],
    Lock: [
      {
        it: 'locks',
        given: active,
        with: { reason: 'failed_checks', until: inDays(1) },
        then: [userLocked.of({ reason: 'failed_checks', until: inDays(1) })],
      },
      {
        it: 'is for the active',
        given: inactive,
        with: { reason: 'administrator' },
        refused: 'iam.user.not_active',
      },
      {
        it: 'does not end before it starts',
        given: active,
        with: { reason: 'administrator', until: inDays(-1) },
        refused: ['iam.input.past', 'until'],
      },
    ],
    Unlock: [
      { it: 'unlocks', given: locked, then: [userUnlocked.of({})] },
      {
        it: 'is for the locked',
        given: inactive,
        refused: 'iam.user.not_locked',
      },
    ],
    Deactivate: [
      { it: 'deactivates', given: locked, then: [userDeactivated.of({})] },
      { it: 'is for the active', given: [ann], refused: 'iam.user.not_active' },
    ],
    Reactivate: [
      { it: 'reactivates', given: inactive, then: [userReactivated.of({})] },
      {
        it: 'is for the inactive',
        given: locked,
        refused: 'iam.user.not_inactive',
      },
    ],
    Remove: [
      {
        it: 'removes, from any state',
        given: [ann, invited()],
        then: [userRemoved.of({ organization })],
      },
      { it: 'needs a user', refused: 'iam.user.not_found' },
    ],
    Erase: [
      {
        it: 'removes and erases',
        given: locked,
        then: [
          userRemoved.of({ organization }),
          userErased.of({ organization }),
        ],
      },
      {
        it: 'erases who is gone',
        given: removed,
        then: [userErased.of({ organization })],
      },
      { it: 'needs a user', refused: 'iam.user.not_found' },
    ],
    SetSecret: [
      {
        it: 'sets',
        given: bot,
        with: { digest: DIGEST },
        then: [secretSet.of({ digest: DIGEST })],
        again: 'same',
      },
      {
        it: 'is for machines',
        given: active,
        with: { digest: DIGEST },
        refused: 'iam.user.not_machine',
      },
      {
        it: 'takes no secret for a digest',
        given: bot,
        with: { digest: 'correct-horse' },
        refused: ['iam.input.format', 'digest'],
      },
    ],
    RemoveSecret: [
      {
        it: 'removes',
        given: [...bot, secretSet.of({ digest: DIGEST })],
        then: [secretRemoved.of({})],
      },
    ],
    AddKey: [
      {
        it: 'adds',
        given: bot,
        with: keyFields,
        then: [keyAdded.of(keyFields)],
        again: 'iam.user.key_exists',
      },
      {
        it: 'refuses a private key',
        given: bot,
        with: { ...keyFields, publicKey: { ...publicKey, d: 'secret' } },
        refused: ['iam.input.secret', 'publicKey'],
      },
      {
        it: 'refuses an RSA key that is too short',
        given: bot,
        with: {
          ...keyFields,
          publicKey: {
            kty: 'RSA',
            n: 'a'.repeat(171),
            e: 'AQAB',
            alg: 'RS256',
          },
        },
        refused: ['iam.input.too_short', 'publicKey.n'],
      },
      {
        it: 'has room for 20',
        given: [
          ...bot,
          ...Array.from({ length: 20 }, (_, n) =>
            keyAdded.of({ ...keyFields, key: uuid(n) }),
          ),
        ],
        with: keyFields,
        refused: 'iam.user.too_many_keys',
      },
    ],
    RemoveKey: [
      {
        it: 'removes',
        given: [...bot, keyAdded.of(keyFields)],
        with: { key },
        then: [keyRemoved.of({ key })],
      },
      {
        it: 'needs the key',
        given: bot,
        with: { key },
        refused: ['iam.user.key_not_found', 'key'],
      },
    ],
    AddToken: [
      {
        it: 'adds',
        given: active,
        with: tokenFields,
        then: [tokenAdded.of(tokenFields)],
        again: 'iam.user.token_exists',
      },
      {
        it: 'ends',
        given: active,
        with: { ...tokenFields, expiresAt: inDays(3 * 365) },
        refused: ['iam.input.too_far', 'expiresAt'],
      },
      {
        it: 'does not use an id again',
        given: [
          ...active,
          tokenAdded.of(tokenFields),
          tokenRevoked.of({ token: key }),
        ],
        with: tokenFields,
        refused: ['iam.user.token_exists', 'token'],
      },
      {
        it: 'has room for 100',
        given: [
          ...active,
          ...Array.from({ length: 100 }, (_, n) =>
            tokenAdded.of({ ...tokenFields, token: uuid(n) }),
          ),
        ],
        with: tokenFields,
        refused: 'iam.user.too_many_tokens',
      },
      {
        it: 'is for somebody who is there',
        given: removed,
        with: tokenFields,
        refused: 'iam.user.gone',
      },
    ],
    RevokeToken: [
      {
        it: 'revokes',
        given: [...active, tokenAdded.of(tokenFields)],
        with: { token: key },
        then: [tokenRevoked.of({ token: key })],
      },
      {
        it: 'needs the token',
        given: active,
        with: { token: key },
        refused: ['iam.user.token_not_found', 'token'],
      },
    ],
  },
  { begins: ['AddHuman', 'AddMachine', 'Erase'], gone: removed },
);

describe('login names', () => {
  const owner = ids.user();
  const context = { aggregateId: owner };

  it('are the username and the e-mail address', () => {
    specify(userAggregate)
      .given()
      .when({ kind: 'AddHuman', organization, ...person('ann') }, context)
      .thenClaims(
        loginNameClaim.claim('ann', owner),
        loginNameClaim.claim('ann@example.org', owner),
      );
  });

  it('are held once when both are the same, until both have changed', () => {
    const same = humanAdded.of({
      organization,
      ...person('ann'),
      username: 'Ann@Example.org',
    });
    const changed = emailChanged.of({ email: 'eve@example.org' });
    specify(userAggregate)
      .given(same)
      .when({ kind: 'ChangeEmail', email: 'eve@example.org' }, context)
      .thenClaims(loginNameClaim.claim('eve@example.org', owner));
    specify(userAggregate)
      .given(same, changed)
      .when({ kind: 'ChangeUsername', username: 'eve' }, context)
      .thenClaims(
        loginNameClaim.release('ann@example.org', owner),
        loginNameClaim.claim('eve', owner),
      );
  });

  it('are given up with the user', () => {
    specify(userAggregate)
      .given(...active)
      .when({ kind: 'Erase' }, context)
      .thenClaims(
        loginNameClaim.release('ann', owner),
        loginNameClaim.release('ann@example.org', owner),
      );
  });

  it('are nothing once they are erased', () => {
    const $erased = { $erased: true };
    const state = [
      {
        type: ann.type,
        payload: { organization, username: $erased, email: $erased },
      },
      userRemoved.of({ organization }),
    ].reduce(
      (current, event) => userAggregate.evolve(current, event as never),
      userAggregate.initial(),
    );
    expect(
      userAggregate.decide(state, { kind: 'Erase' }, {
        ...context,
        now: new Date(0),
      } as never),
    ).toEqual({ events: [userErased.of({ organization })], claims: [] });
  });
});
