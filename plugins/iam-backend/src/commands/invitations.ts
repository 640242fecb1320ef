/** Codes by which people prove who they are: invitations, addresses. */
import { refusal, type UserId } from '@callboard/plugin-iam-common';
import { z } from 'zod';
import { read, type UnitOfWork } from '../domain/unitOfWork';
import { addHuman } from '../domain/user/addUser';
import { changeUser } from '../domain/user/changeUser';
import { requireHuman } from '../domain/user/state';
import { userAggregate } from '../domain/user/user';
import type { Caller } from '../queries/Authorizer';
import type { CodeDelivery, CommandServices } from './CommandServices';
import { defineCommand, type Deciding, type Outcome } from './defineCommand';
import { after, days, ofUser } from './fields';
import { digestOf } from './secrets';
import { code, holdingsOfOther, human } from './users';

const INVITATION_LASTS = days(7);
const CODE_LASTS = 15 * 60 * 1000;

function* invite(user: UserId, deciding: Deciding): UnitOfWork<Outcome> {
  const { value, digest } = deciding.secret('invitation');
  const expiresAt = after(deciding.now, INVITATION_LASTS);
  yield* changeUser({ kind: 'Invite', user, digest, expiresAt });
  const { email } = yield* read(userAggregate, user);
  return {
    secret: value,
    code: { user, to: textOf(email?.value), code: value, expiresAt },
  };
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function deliver(kind: Parameters<CodeDelivery['deliver']>[0]['kind']) {
  return async (
    _input: unknown,
    { code: issued }: Outcome,
    { delivery }: CommandServices,
    { instance }: Caller,
  ): Promise<void> => {
    if (issued) {
      await delivery?.deliver({ kind, instance, ...issued });
    }
  };
}

/** A code that its receiver only may see, so it has to be sent. */
async function requireDelivery(
  _input: unknown,
  { delivery }: CommandServices,
): Promise<undefined> {
  if (!delivery) {
    throw refusal('iam.delivery.unavailable');
  }
  return undefined;
}

export const invitationCommands = {
  /**
   * Creates a person and invites them, in one step. The code is delivered, and
   * answered once for a link that is handed over another way.
   */
  inviteHuman: defineCommand({
    creates: 'iam.user',
    input: z.strictObject(human),
    *decide(input, deciding) {
      const user = deciding.id as UserId;
      yield* addHuman({ user, ...input });
      return yield* invite(user, deciding);
    },
    afterwards: deliver('invitation'),
  }),

  /** A new code; the one before it is worth nothing from here on. */
  inviteAgain: defineCommand({
    input: z.strictObject(ofUser),
    handsOut: holdingsOfOther,
    decide: ({ user }, deciding) => invite(user, deciding),
    afterwards: deliver('invitation'),
  }),

  /** The caller is the person who was invited. */
  acceptInvitation: defineCommand({
    input: z.strictObject({ ...ofUser, code }),
    decide: ({ user, code: given }) =>
      changeUser({ kind: 'AcceptInvitation', user, digest: digestOf(given) }),
  }),

  /** Sends a code to the address; it is in no answer. */
  requestEmailCode: defineCommand({
    input: z.strictObject(ofUser),
    prepare: requireDelivery,
    *decide({ user }, deciding) {
      const { value, digest } = deciding.secret('verification');
      const expiresAt = after(deciding.now, CODE_LASTS);
      yield* changeUser({ kind: 'IssueEmailCode', user, digest, expiresAt });
      const { email } = yield* read(userAggregate, user);
      return {
        code: { user, to: textOf(email?.value), code: value, expiresAt },
      };
    },
    afterwards: deliver('email_code'),
  }),

  verifyEmail: defineCommand({
    input: z.strictObject({ ...ofUser, code }),
    decide: ({ user, code: given }) =>
      changeUser({
        kind: 'VerifyEmail',
        user,
        proof: { by: 'code', digest: digestOf(given) },
      }),
  }),

  /** Sends a code to the telephone; it is in no answer. */
  requestPhoneCode: defineCommand({
    input: z.strictObject(ofUser),
    prepare: requireDelivery,
    *decide({ user }, deciding) {
      const state = yield* read(userAggregate, user);
      requireHuman(state);
      const { value, digest } = deciding.secret('verification');
      const expiresAt = after(deciding.now, CODE_LASTS);
      yield* changeUser({ kind: 'IssuePhoneCode', user, digest, expiresAt });
      return {
        code: { user, to: textOf(state.phone?.value), code: value, expiresAt },
      };
    },
    afterwards: deliver('phone_code'),
  }),

  verifyPhone: defineCommand({
    input: z.strictObject({ ...ofUser, code }),
    decide: ({ user, code: given }) =>
      changeUser({
        kind: 'VerifyPhone',
        user,
        proof: { by: 'code', digest: digestOf(given) },
      }),
  }),
};
