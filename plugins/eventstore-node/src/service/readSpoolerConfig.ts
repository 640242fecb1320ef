import type { RootConfigService } from '@backstage/backend-plugin-api';
import { BadArgumentError } from '@callboard/plugin-eventstore-common';
import type { JobSettings } from '../reactors/JobRunner';
import type { SpoolerSettings } from '../spoolers/settings';
import type { SpoolerRoles } from '../spoolers/SpoolerNode';

/**
 * What `eventstore` in app-config says of spoolers and reactors.
 *
 * @public
 */
export interface SpoolerConfig {
  readonly roles: Partial<SpoolerRoles>;
  readonly settings: Partial<SpoolerSettings>;
  readonly jobs: Partial<JobSettings>;
}

/** @throws BadArgumentError when a number is out of range */
export function readSpoolerConfig(config: RootConfigService): SpoolerConfig {
  const own = config.getOptionalConfig('eventstore');
  const number = (key: string, range: { from: number; to: number }) => {
    const value = own?.getOptionalNumber(key);
    if (
      value !== undefined &&
      !(Number.isSafeInteger(value) && value >= range.from && value <= range.to)
    ) {
      throw new BadArgumentError(
        `eventstore.${key}`,
        `must be a whole number from ${range.from} to ${range.to}`,
      );
    }
    return value;
  };
  return {
    roles: given({
      spoolers: own?.getOptionalBoolean('roles.spoolers'),
      reactors: own?.getOptionalBoolean('roles.reactors'),
    }),
    settings: given({
      leaseMs: number('spoolers.leaseMs', { from: 1_000, to: 300_000 }),
      pollMs: number('spoolers.pollMs', { from: 100, to: 60_000 }),
      batchSize: number('spoolers.batchSize', { from: 1, to: 10_000 }),
      waitMs: number('spoolers.waitMs', { from: 0, to: 60_000 }),
    }),
    jobs: given({
      concurrency: number('reactors.concurrency', { from: 1, to: 64 }),
      pollMs: number('reactors.pollMs', { from: 100, to: 300_000 }),
    }),
  };
}

/** Without what is undefined, so that it does not hide a default. */
function given<T extends object>(
  values: T,
): { [K in keyof T]?: NonNullable<T[K]> } {
  return Object.fromEntries(
    Object.entries(values).filter(([, value]) => value !== undefined),
  ) as { [K in keyof T]?: NonNullable<T[K]> };
}
