// emmett-postgresql, which sets pg's type parsers for its whole process.
import { randomUUID } from 'node:crypto';
import { getPostgreSQLEventStore } from '@event-driven-io/emmett-postgresql';
import { Pool } from 'pg';
import { load, type Load } from '../../harness/load';
import { serve } from '../../harness/serve';
import { payload } from '../userEvents';

type UserAdded = {
  type: 'bench.user.added';
  data: ReturnType<typeof payload>;
};

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
          store.appendToStream<UserAdded>(`bench.user-${randomUUID()}`, [
            { type: 'bench.user.added', data: payload(count) },
          ]),
        ),

      async close() {
        await store.close();
        await pool.end();
      },
    };
  },
);
