// What every script of this folder begins with.
import knexFactory from 'knex';
import { EventStore } from '../../service/EventStore';
import { door } from '../doorEvents';

/** The task this process was started with. */
export function taskOf<T>(): T {
  return JSON.parse(process.argv[2]!);
}

/** Tells the test; it is with the parent once this has returned. */
export function tell(message: {
  kind: string;
  [fact: string]: unknown;
}): Promise<void> {
  return new Promise((resolve, reject) => {
    process.send!(message, (error: Error | null) =>
      error ? reject(error) : resolve(),
    );
  });
}

/** An event store on the test's database. */
export async function openStore(connectionString: string) {
  const knex = knexFactory({
    client: 'pg',
    connection: connectionString,
    pool: { min: 0, max: 10 },
    log: { warn() {}, error() {} },
  });
  const store = await EventStore.start({ knex, seal: false });
  store.register(door.events);
  return {
    store,
    log: store.log,
    async close() {
      await store.stop();
      await knex.destroy();
    },
  };
}

/** Mulberry32: the same numbers for the same seed. */
export function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Fails the process, and with it the test. */
export function run(main: () => Promise<void>): void {
  main().then(
    () => process.disconnect(),
    error => {
      console.error(error);
      process.exit(1);
    },
  );
}
