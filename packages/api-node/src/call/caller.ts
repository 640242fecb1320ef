/** Who is calling, and whether they may. */
import type { PermissionsService } from '@backstage/backend-plugin-api';
import {
  AuthorizeResult,
  type PolicyDecision,
} from '@backstage/plugin-permission-common';
import { ApiError } from '@callboard/api-client';
import type { Actor } from '@callboard/plugin-eventstore-common';
import type { ApiCredentials, IncomingCall } from './IncomingCall';
import type { CallerKind, MethodPolicy } from './policy';

type CheckedPolicy = Exclude<MethodPolicy, 'public'>;

/**
 * @throws ApiError `UNAUTHENTICATED` without good credentials,
 * `PERMISSION_DENIED` when they are of a kind that the method is not for
 */
export async function authenticate(
  call: IncomingCall,
  policy: CheckedPolicy,
): Promise<ApiCredentials> {
  let credentials: ApiCredentials;
  try {
    credentials = await call.authenticate();
  } catch (cause) {
    if (cause instanceof Error && cause.name === 'NotAllowedError') {
      throw refused(cause.message, cause);
    }
    throw unauthenticated('The credentials are not valid', cause);
  }
  const { type } = credentials.principal;
  if (type === 'none') {
    throw unauthenticated('Credentials are required');
  }
  if (!policy.allow.includes(type as CallerKind)) {
    throw refused(`This method is not for ${type} credentials`);
  }
  return credentials;
}

/**
 * Checks what needs no more than the caller.
 *
 * @returns the decision, when the policy leaves applying it to the handler
 * @throws ApiError `PERMISSION_DENIED`
 */
export async function authorizeCaller(
  permissions: PermissionsService,
  policy: CheckedPolicy,
  credentials: ApiCredentials,
): Promise<PolicyDecision | undefined> {
  const { permission } = policy;
  if (!permission) {
    return undefined;
  }
  if (permission.type === 'basic') {
    const [decision] = await permissions.authorize([{ permission }], {
      credentials,
    });
    expectAllowed(decision, permission.name);
    return undefined;
  }
  if (!('conditional' in policy)) {
    return undefined;
  }
  const [decision] = await permissions.authorizeConditional([{ permission }], {
    credentials,
  });
  if (!decision || decision.result === AuthorizeResult.DENY) {
    throw denied(permission.name);
  }
  return decision;
}

/**
 * Checks what depends on the thing that the request names.
 *
 * @throws ApiError `PERMISSION_DENIED`
 */
export async function authorizeRequest(
  permissions: PermissionsService,
  policy: CheckedPolicy,
  credentials: ApiCredentials,
  request: unknown,
): Promise<void> {
  if ('resourceRef' in policy) {
    const { permission, resourceRef } = policy;
    const [decision] = await permissions.authorize(
      [{ permission, resourceRef: resourceRef(request) }],
      { credentials },
    );
    expectAllowed(decision, permission.name);
  }
}

/** The caller as events name it. */
export function toActor({ principal }: ApiCredentials): Actor {
  switch (principal.type) {
    case 'user':
      // A plugin that acts for a user is the one who does it.
      return principal.actor
        ? {
            kind: 'machine',
            id: principal.actor.subject,
            onBehalfOf: principal.userEntityRef,
          }
        : { kind: 'user', id: principal.userEntityRef };
    case 'service':
      return { kind: 'machine', id: principal.subject };
    default:
      return { kind: 'outside', provider: 'anonymous', id: 'anonymous' };
  }
}

function expectAllowed(
  decision: { result: AuthorizeResult } | undefined,
  permission: string,
): void {
  if (decision?.result !== AuthorizeResult.ALLOW) {
    throw denied(permission);
  }
}

function denied(permission: string): ApiError {
  return new ApiError('You are not allowed to do this', {
    code: 'PERMISSION_DENIED',
    status: 'PERMISSION_DENIED',
    metadata: { permission },
  });
}

function refused(message: string, cause?: unknown): ApiError {
  return new ApiError(message, {
    code: 'PERMISSION_DENIED',
    status: 'PERMISSION_DENIED',
    cause,
  });
}

function unauthenticated(message: string, cause?: unknown): ApiError {
  return new ApiError(message, {
    code: 'UNAUTHENTICATED',
    status: 'UNAUTHENTICATED',
    cause,
  });
}
