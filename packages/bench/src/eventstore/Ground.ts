// What the measurements stand on: one durable server, databases, processes.
import { randomBytes } from 'node:crypto';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  EmbeddedPostgres,
  removeEmbeddedPostgres,
} from '@callboard/embedded-postgres';
import { Client } from 'pg';
import { WorkerProcess } from '../harness/WorkerProcess';

/** On disk when it is acknowledged; the sizes are those of a small server. */
const settings = {
  fsync: 'on',
  synchronous_commit: 'on',
  full_page_writes: 'on',
  shared_buffers: '1GB',
  max_wal_size: '8GB',
};

export class Ground {
  readonly #dataDir: string;
  readonly #server: EmbeddedPostgres;
  readonly #workers: WorkerProcess[] = [];

  private constructor(dataDir: string, server: EmbeddedPostgres) {
    this.#dataDir = dataDir;
    this.#server = server;
  }

  /** @param env - added to the environment of the server */
  static async start(env: Record<string, string> = {}): Promise<Ground> {
    const dataDir = await mkdtemp(join(tmpdir(), 'callboard-bench-'));
    return new Ground(
      dataDir,
      await EmbeddedPostgres.start({ dataDir, settings, env }),
    );
  }

  /** The process id of the server. */
  get serverPid(): number {
    return this.#server.pid;
  }

  /** @returns how to connect to a new, empty database */
  createDatabase(): Promise<string> {
    return this.#asAdmin(async admin => {
      const name = `bench_${randomBytes(4).toString('hex')}`;
      await admin.query(`create database ${name}`);
      // What earlier measurements wrote is not written out during this one.
      await admin.query('checkpoint');
      return this.#server.connectionString(name);
    });
  }

  /** The server's version, as it says itself. */
  serverVersion(): Promise<string> {
    return this.#asAdmin(async admin => {
      const { rows } = await admin.query('show server_version');
      return rows[0].server_version;
    });
  }

  /** Starts a script of the folder `processes`; it is stopped with the ground. */
  async start(script: string, options: object): Promise<WorkerProcess> {
    const worker = await WorkerProcess.start(
      `eventstore/processes/${script}`,
      options,
    );
    this.#workers.push(worker);
    return worker;
  }

  /** Ends the processes, and leaves the server. */
  async clear(): Promise<void> {
    await Promise.all(this.#workers.splice(0).map(worker => worker.stop()));
  }

  /** Ends the processes, which may hang. */
  async killAll(): Promise<void> {
    await Promise.all(this.#workers.splice(0).map(worker => worker.kill()));
  }

  /** Ends everything and deletes it. */
  async destroy(): Promise<void> {
    await this.killAll();
    await this.#server.stop();
    await removeEmbeddedPostgres(this.#dataDir);
  }

  async #asAdmin<T>(task: (admin: Client) => Promise<T>): Promise<T> {
    const admin = new Client(this.#server.connectionString('postgres'));
    await admin.connect();
    try {
      return await task(admin);
    } finally {
      await admin.end();
    }
  }
}
