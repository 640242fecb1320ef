import { ApiError } from '@callboard/api-client';
import type { IncomingCall } from './IncomingCall';
import { raceWithSignal } from './raceWithSignal';
import { readPosition } from './requestHeaders';

/**
 * Resolves once the plugin's views show everything up to a place in the log.
 *
 * @public
 */
export type WaitForPosition = (
  position: number,
  signal: AbortSignal,
) => Promise<void>;

const RETRY_AFTER_MS = 1000;

/**
 * Makes a read wait for what its caller has written: the position it carries.
 *
 * @throws ApiError `POSITION_NOT_REACHED` when the views are not there in time
 */
export async function waitForRequestedPosition(
  call: IncomingCall,
  waitForPosition: WaitForPosition,
  timeoutMs: number,
): Promise<void> {
  const position = readPosition(call);
  if (position === undefined || position === 0) {
    return;
  }
  const timeout = AbortSignal.timeout(timeoutMs);
  const signal = AbortSignal.any([call.signal, timeout]);
  try {
    await raceWithSignal(waitForPosition(position, signal), signal);
  } catch (error) {
    if (!timeout.aborted || call.signal.aborted) {
      throw error;
    }
    throw new ApiError(
      'What you wrote is stored, but can not be shown yet; try again shortly',
      {
        code: 'POSITION_NOT_REACHED',
        status: 'UNAVAILABLE',
        retryable: true,
        retryAfterMs: RETRY_AFTER_MS,
        metadata: { position: `${position}` },
        cause: error,
      },
    );
  }
}
