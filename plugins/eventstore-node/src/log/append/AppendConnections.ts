import type { Knex } from 'knex';
import type { RawConnection } from './callAppendEvents';

/** The driver's connection as knex pools it. */
export type PooledConnection = RawConnection & {
  connection?: { stream?: { destroy(error?: Error): void } };
};

/** What knex's pool (tarn) tells of itself. */
interface Pool {
  readonly max: number;
  numUsed(): number;
  numPendingAcquires(): number;
}

/** How long a connection is kept for the next batch. */
const KEEP_MS = 20;
/** Connections of the pool that others can always have. */
const SPARE = 2;

/** Ends a connection that does not answer; its query fails. */
export function cut(connection: PooledConnection): void {
  connection.connection?.stream?.destroy(
    new Error('Connection terminated: the batch took too long'),
  );
}

/**
 * The connections batches are written on. They come from knex's pool, and are
 * kept for a moment after a batch: asking the pool takes longer than preparing
 * an append does. None is kept while others wait for one.
 */
export class AppendConnections {
  readonly #knex: Knex;
  #kept: PooledConnection[] = [];
  #timer?: NodeJS.Timeout;

  constructor(knex: Knex) {
    this.#knex = knex;
  }

  async acquire(timeoutMs: number): Promise<PooledConnection> {
    return this.#kept.pop() ?? acquireFromPool(this.#knex, timeoutMs);
  }

  /** After a batch that was answered. */
  release(connection: PooledConnection): void {
    const pool: Pool | undefined = this.#knex.client.pool;
    if (
      !pool ||
      pool.numPendingAcquires() > 0 ||
      pool.numUsed() > pool.max - SPARE
    ) {
      this.giveBack(connection);
      return;
    }
    this.#kept.push(connection);
    if (this.#timer) {
      this.#timer.refresh();
    } else {
      this.#timer = setTimeout(() => {
        this.giveBackAll();
      }, KEEP_MS);
    }
  }

  giveBackAll(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#kept.splice(0).forEach(connection => this.giveBack(connection));
  }

  /** To the pool, which finds out whether it is still good. */
  giveBack(connection: PooledConnection): void {
    this.#knex.client.releaseConnection(connection);
  }
}

async function acquireFromPool(
  knex: Knex,
  timeoutMs: number,
): Promise<PooledConnection> {
  const acquiring: Promise<PooledConnection> = knex.client.acquireConnection();
  let timer: NodeJS.Timeout | undefined;
  let late = false;
  const timeout = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      late = true;
      reject(new Error('Timeout acquiring a connection'));
    }, timeoutMs);
  });
  acquiring.then(
    connection => late && knex.client.releaseConnection(connection),
    () => {},
  );
  try {
    return await Promise.race([acquiring, timeout]);
  } finally {
    clearTimeout(timer);
  }
}
