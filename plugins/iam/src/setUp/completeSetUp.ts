import type { FetchApi } from '@backstage/frontend-plugin-api';
import { ApiError, fromErrorBody } from '@callboard/api-client';

/** The first organization of an instance, and who may do everything in it. */
export interface FirstThings {
  readonly organization: { readonly name: string; readonly slug: string };
  readonly owner: {
    readonly username: string;
    readonly givenName: string;
    readonly familyName: string;
    readonly displayName: string;
    readonly email: string;
  };
}

/**
 * Sends what the person with the link filled in.
 *
 * @throws ApiError whose fields are named as the form names them
 */
export async function completeSetUp(
  fetchApi: FetchApi,
  token: string,
  things: FirstThings,
): Promise<void> {
  const response = await fetchApi
    .fetch('plugin://iam/set-up/v1', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ token, ...things }),
    })
    .catch(cause => {
      throw new ApiError('The portal could not be reached', {
        code: 'UNREACHABLE',
        status: 'UNAVAILABLE',
        cause,
      });
    });
  if (!response.ok) {
    throw toFault(
      response.status,
      await response.json().catch(() => undefined),
    );
  }
}

/** How Backstage's own routers report a command that was refused. */
interface Rejection {
  readonly code?: string;
  readonly message?: string;
  readonly field?: string;
}

/** The form has one field of each name, whatever it is part of. */
const withoutParent = (field: string) => field.split('.').pop() ?? field;

function toFault(status: number, body: unknown): ApiError {
  const error = fromErrorBody(body);
  if (error) {
    return new ApiError(error.message, {
      ...error,
      fields: error.fields.map(fault => ({
        ...fault,
        field: withoutParent(fault.field),
      })),
    });
  }
  const rejection = (body as { error?: Rejection } | undefined)?.error;
  if (rejection?.code && rejection.message) {
    return new ApiError(rejection.message, {
      code: rejection.code,
      status: rejection.field ? 'INVALID_ARGUMENT' : 'FAILED_PRECONDITION',
      httpStatus: status,
      fields: rejection.field
        ? [
            {
              field: withoutParent(rejection.field),
              rule: rejection.code,
              message: rejection.message.replace(`${rejection.field} `, ''),
            },
          ]
        : [],
    });
  }
  return new ApiError(`The portal answered with status ${status}`, {
    code: 'UNKNOWN',
    status: 'UNKNOWN',
    httpStatus: status,
  });
}
