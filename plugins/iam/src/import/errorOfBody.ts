import { ApiError, fromErrorBody } from '@callboard/api-client';

/** What an answer says that is an error; also one that is not the API's own. */
export function errorOfBody(body: unknown): ApiError {
  return (
    fromErrorBody(body) ??
    new ApiError('The server gave no reason', {
      code: 'UNKNOWN',
      status: 'UNKNOWN',
    })
  );
}
