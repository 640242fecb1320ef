import { Client } from 'pg';

const EVERY_MS = 20;

/** Of the time that sessions of a database work, the share they wait for locks. */
export async function lockWaitsDuring<T>(
  connection: string,
  work: () => Promise<T>,
): Promise<{ result: T; share: number }> {
  const client = new Client(connection);
  await client.connect();
  let active = 0;
  let waiting = 0;
  const look = async () => {
    const { rows } = await client.query(
      `select count(*)::int as active,
          count(*) filter (where wait_event_type = 'Lock')::int as waiting
        from pg_stat_activity
        where datname = current_database() and state = 'active'
          and backend_type = 'client backend' and pid <> pg_backend_pid()`,
    );
    active += rows[0].active;
    waiting += rows[0].waiting;
  };
  let looking = Promise.resolve();
  const timer = setInterval(() => {
    looking = looking.then(look);
  }, EVERY_MS);
  try {
    const result = await work();
    return { result, share: active === 0 ? 0 : waiting / active };
  } finally {
    clearInterval(timer);
    await looking;
    await client.end();
  }
}
