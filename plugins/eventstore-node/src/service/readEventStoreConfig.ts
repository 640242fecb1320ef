import type { RootConfigService } from '@backstage/backend-plugin-api';
import { localMasterKey, type MasterKey } from '../personal/MasterKey';
import type { EventLogSettings } from '../log/PostgresEventLog';

const MASTER_KEY_VARIABLE = 'CALLBOARD_MASTER_KEY';

/** What `eventstore` in app-config says. */
export interface EventStoreConfig {
  readonly masterKey?: MasterKey;
  readonly seal?: boolean;
  readonly settings: EventLogSettings;
}

/**
 * @param environment - where the master key is looked for when the
 * configuration has none
 * @throws BadArgumentError when a master key is not 32 bytes
 */
export function readEventStoreConfig(
  config: RootConfigService,
  environment: Record<string, string | undefined> = process.env,
): EventStoreConfig {
  const own = config.getOptionalConfig('eventstore');
  const keys = (own?.getOptionalConfigArray('masterKeys') ?? []).map(key => ({
    id: key.getString('id'),
    secret: key.getString('secret'),
  }));
  const given = environment[MASTER_KEY_VARIABLE];
  if (keys.length === 0 && given) {
    keys.push({ id: 'environment', secret: given });
  }
  return {
    masterKey: keys.length > 0 ? localMasterKey(keys) : undefined,
    seal: own?.getOptionalBoolean('seal'),
    settings: {
      maxQueuedAppends: own?.getOptionalNumber('append.maxQueued'),
      unreachableAfterMs: own?.getOptionalNumber('append.unreachableAfterMs'),
      drainTimeoutMs: own?.getOptionalNumber('append.drainTimeoutMs'),
    },
  };
}
