import type { InstanceId } from '@callboard/plugin-eventstore-common';
import type { ApiContext } from '@callboard/api-node';
import { ApiError } from '@callboard/api-client';
import { userIdOfEntityRef } from '@callboard/plugin-iam-common';
import type { Caller } from '../queries/Authorizer';

/**
 * Who calls, as IAM knows them: a user by their entity reference, the portal's
 * operator by the subject of a service token.
 *
 * @param operators - subjects of tokens that are the operator's own
 * @throws ApiError when it is none of them
 */
export function callerOf(
  { credentials }: Pick<ApiContext, 'credentials'>,
  {
    instance,
    operators,
  }: {
    readonly instance: InstanceId;
    readonly operators: readonly string[];
  },
): Caller {
  const { principal } = credentials;
  if (principal.type === 'user') {
    const user = userIdOfEntityRef(principal.userEntityRef);
    if (user) {
      return { kind: 'user', instance, user };
    }
  } else if (
    principal.type === 'service' &&
    operators.includes(principal.subject)
  ) {
    return { kind: 'operator', instance };
  }
  throw new ApiError('The caller is no user of IAM', {
    code: 'IAM_CALLER_UNKNOWN',
    status: 'PERMISSION_DENIED',
  });
}
