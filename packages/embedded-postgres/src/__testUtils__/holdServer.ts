/*
 * A program that starts a server and holds it, as the launcher does. For tests
 * that need a starter of its own to kill. Prints one line of JSON: how to
 * connect, or the code of the error.
 */
import { EmbeddedPostgres } from '../EmbeddedPostgres.ts';
import type { EmbeddedPostgresError } from '../EmbeddedPostgresError.ts';

EmbeddedPostgres.start({ dataDir: process.argv[2]! }).then(
  server => {
    console.log(
      JSON.stringify({ url: server.connectionString(), pid: server.pid }),
    );
    setInterval(() => {}, 60_000);
  },
  ({ code, message }: EmbeddedPostgresError) => {
    console.log(JSON.stringify({ code, message }));
  },
);
