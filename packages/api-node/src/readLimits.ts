import type { RootConfigService } from '@backstage/backend-plugin-api';
import { readDurationFromConfig } from '@backstage/config';
import { durationToMilliseconds } from '@backstage/types';
import type { BodyLimits } from './http/readBody';

/** What calls may cost. */
export interface ApiLimits {
  readonly body: BodyLimits;
  /** How long a read waits for what its caller has written. */
  readonly positionTimeoutMs: number;
}

const DEFAULT_MAX_BYTES = 4 * 1024 * 1024;

/** `callboard.api` of the configuration; config.d.ts describes it. */
export function readLimits(config: RootConfigService): ApiLimits {
  return {
    body: {
      maxBytes:
        config.getOptionalNumber('callboard.api.maxRequestBytes') ??
        DEFAULT_MAX_BYTES,
      timeoutMs: readDuration(config, 'callboard.api.requestTimeout', 10_000),
    },
    positionTimeoutMs: readDuration(
      config,
      'callboard.api.positionTimeout',
      5_000,
    ),
  };
}

function readDuration(
  config: RootConfigService,
  key: string,
  defaultMs: number,
): number {
  return config.has(key)
    ? durationToMilliseconds(readDurationFromConfig(config, { key }))
    : defaultMs;
}
