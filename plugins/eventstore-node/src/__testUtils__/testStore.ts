// An event store on a database of its own, with the events of the door.
import { randomBytes } from 'node:crypto';
import type { Knex } from 'knex';
import type { EventLogSettings } from '../log/PostgresEventLog';
import { localMasterKey, type MasterKey } from '../personal/MasterKey';
import { EventStore } from '../service/EventStore';
import { door } from './doorEvents';
import { createTestDatabase, type TestDatabase } from './testDatabase';

export interface TestStore {
  readonly database: TestDatabase;
  readonly store: EventStore;
  readonly masterKey: MasterKey;
  /** Another node: a store of its own on the same database. */
  another(options?: {
    settings?: EventLogSettings;
    knex?: Knex;
  }): Promise<EventStore>;
  stop(): Promise<void>;
}

export function randomMasterKey(id = 'test'): MasterKey {
  return localMasterKey([{ id, secret: randomBytes(32).toString('base64') }]);
}

export async function startTestStore(options?: {
  database?: TestDatabase;
  masterKey?: MasterKey;
  settings?: EventLogSettings;
}): Promise<TestStore> {
  const database = options?.database ?? (await createTestDatabase());
  const masterKey = options?.masterKey ?? randomMasterKey();
  const stores: EventStore[] = [];
  const another: TestStore['another'] = async node => {
    const store = await EventStore.start({
      knex: node?.knex ?? database.connect(),
      masterKey,
      settings: node?.settings,
      seal: false,
    });
    store.register(door.events);
    stores.push(store);
    return store;
  };
  return {
    database,
    masterKey,
    store: await another({ knex: database.knex, settings: options?.settings }),
    another,
    async stop() {
      await Promise.all(stores.map(store => store.stop()));
      await database.destroy();
    },
  };
}
