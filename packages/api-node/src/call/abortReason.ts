import { ApiError } from '@callboard/api-client';
import { deadlineExceeded } from '../errors/toApiError';

/** The reason of an aborted call: who gave up. */
export function abortReason(call: { deadline: number | undefined }): ApiError {
  return call.deadline !== undefined && Date.now() >= call.deadline
    ? deadlineExceeded()
    : new ApiError('The caller went away', {
        code: 'CANCELLED',
        status: 'CANCELLED',
      });
}
