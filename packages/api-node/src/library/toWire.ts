import { ApiError, toConnectError } from '@callboard/api-client';
import type { ConnectError } from '@connectrpc/connect';
import type { MethodRunner } from '../call/MethodRunner';
import { domainOf } from '../errors/domain';

/** Whatever went wrong, as Connect's library sends it. */
export function toWire(
  runner: Pick<MethodRunner, 'fail' | 'pluginId'>,
  thrown: unknown,
  correlationId: string,
): ConnectError {
  const error =
    thrown instanceof ApiError && thrown.correlationId
      ? thrown
      : runner.fail(thrown, correlationId);
  return toConnectError(error, domainOf(runner.pluginId));
}
