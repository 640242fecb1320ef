// emmett-postgresql, which sets pg's type parsers for its whole process.
import { randomUUID } from 'node:crypto';
import { identifier, SQL } from '@event-driven-io/dumbo';
import {
  getPostgreSQLEventStore,
  postgreSQLRawSQLProjection,
} from '@event-driven-io/emmett-postgresql';
import { Pool } from 'pg';
import { load, type Load } from '../../harness/load';
import { serve } from '../../harness/serve';
import { payload } from '../userEvents';

type Data = ReturnType<typeof payload>;
type UserEvent =
  | { type: 'bench.user.added'; data: Data }
  | { type: 'bench.user.changed'; data: Data & { id: string } };

serve(
  async (options: {
    connection: string;
    /** Connections it may use. */
    connections: number;
  }) => {
    const pool = new Pool({
      connectionString: options.connection,
      max: options.connections,
    });
    const store = getPostgreSQLEventStore(options.connection, {
      connectionOptions: { pool },
    });
    await store.schema.migrate();
    return {
      append: (argument: Load) =>
        load(argument, count =>
          store.appendToStream<UserEvent>(`bench.user-${randomUUID()}`, [
            { type: 'bench.user.added', data: payload(count) },
          ]),
        ),

      /** Fills the store with events of users. */
      async fill({ events, users }: { events: number; users: number }) {
        for (let user = 0; user < users; user++) {
          const id = randomUUID();
          await store.appendToStream<UserEvent>(
            `bench.user-${id}`,
            Array.from({ length: events / users }, (_, count) => ({
              type: 'bench.user.changed',
              data: { ...payload(count), id },
            })),
          );
        }
      },

      /** Builds the view of users with an async projection; in milliseconds. */
      async build({ name, events }: { name: string; events: number }) {
        await pool.query(`create table ${name} (id text primary key,
          name text not null, changes int not null,
          changed_at timestamptz not null)`);
        const consumer = store.consumer<UserEvent>({
          stopWhen: { noMessagesLeft: true },
        });
        consumer.projector({
          processorId: name,
          projection: postgreSQLRawSQLProjection<UserEvent>({
            name,
            canHandle: ['bench.user.changed'],
            evolve: ({ data }) =>
              SQL`insert into ${identifier(name)} as u (id, name, changes, changed_at)
                values (${(data as Data & { id: string }).id}, ${data.name}, 1, now())
                on conflict (id) do update set name = excluded.name,
                  changes = u.changes + 1, changed_at = excluded.changed_at`,
          }),
        });
        const startedAt = performance.now();
        await consumer.start();
        const milliseconds = performance.now() - startedAt;
        await consumer.close();
        const { rows } = await pool.query(
          `select sum(changes)::int as changes from ${name}`,
        );
        if (Number(rows[0].changes) !== events) {
          throw new Error(
            `emmett projected ${rows[0].changes} of ${events} events`,
          );
        }
        return { milliseconds };
      },

      async close() {
        await store.close();
        await pool.end();
      },
    };
  },
);
