import type { InstanceId } from '@callboard/plugin-eventstore-common';
import type { ApiContext } from '@callboard/api-node';
import { ApiError } from '@callboard/api-client';
import { userIdOfEntityRef } from '@callboard/plugin-iam-common';
import type { Guest } from '@callboard/plugin-iam-common';
import type { BearerTokens } from '../bearer/BearerTokens';
import type { Caller } from '../queries/Authorizer';

export interface CallerOptions {
  readonly instance: InstanceId;
  /** Subjects of tokens that are the operator's own. */
  readonly operators: readonly string[];
  /** Where guests are let in, on the machine of whoever tries the portal. */
  readonly guest?: Guest;
  /** What users of IAM show beside their sessions. */
  readonly tokens?: Pick<BearerTokens, 'callerOf'>;
}

/**
 * Who calls, as IAM knows them: a user by their entity reference, or by a token
 * or client secret of theirs; the portal's operator by the subject of a service
 * token. A guest who may do everything is the operator: they have no account.
 *
 * @throws ApiError when it is none of them
 */
export async function callerOf(
  { credentials }: Pick<ApiContext, 'credentials'>,
  { instance, operators, guest, tokens }: CallerOptions,
): Promise<Caller> {
  const { principal } = credentials;
  if (principal.type === 'user') {
    const { userEntityRef } = principal;
    const user = userIdOfEntityRef(userEntityRef);
    if (user) {
      return { kind: 'user', instance, user };
    }
    if (guest?.userEntityRef === userEntityRef && guest.may('iam.*')) {
      const actor = { kind: 'user', id: userEntityRef } as const;
      return { kind: 'operator', instance, actor };
    }
  } else if (principal.type === 'service') {
    if (operators.includes(principal.subject)) {
      return { kind: 'operator', instance };
    }
    const caller = await tokens?.callerOf(principal.subject);
    if (caller) {
      return caller;
    }
  }
  throw new ApiError('The caller is no user of IAM', {
    code: 'IAM_CALLER_UNKNOWN',
    status: 'PERMISSION_DENIED',
  });
}
