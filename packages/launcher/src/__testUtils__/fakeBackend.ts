/*
 * A backend in a few lines, for tests of the launcher: it listens where the
 * launcher tells it to, by the same variables as the real one.
 */
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';

const { host, port } = JSON.parse(process.env.APP_CONFIG_backend_listen!);

if (process.env.FAKE_BACKEND === 'dies') {
  console.log('{"level":"error","message":"The moon is in the wrong phase"}');
  process.exit(3);
}

const server = createServer((request, response) => {
  if (request.url === '/die') {
    process.exit(4);
  }
  response.end(
    JSON.stringify({
      pid: process.pid,
      url: request.url,
      nodeEnv: process.env.NODE_ENV,
      guests: process.env.APP_CONFIG_app_guestAccess,
      database: process.env.APP_CONFIG_backend_database,
    }),
  );
});
server.listen(port, host);

// As Backstage does: what goes wrong is logged, also when logging goes wrong.
let uncaught = 0;
process.on('uncaughtException', error => {
  uncaught++;
  process.stdout.write(`{"level":"error","message":"${error.message}"}\n`);
});

process.on('SIGTERM', () => {
  if (process.env.FAKE_BACKEND === 'stubborn') {
    return;
  }
  let lines = 0;
  const timer = setInterval(() => {
    process.stdout.write('{"level":"info","message":"Shutting down"}\n');
    if (++lines === 5) {
      clearInterval(timer);
      server.close(() => process.exit(0));
      server.closeAllConnections();
    }
  }, 10);
});

process.on('exit', code => {
  if (process.env.FAKE_BACKEND_EXIT) {
    writeFileSync(
      process.env.FAKE_BACKEND_EXIT,
      `${code}, ${uncaught} uncaught`,
    );
  }
});
