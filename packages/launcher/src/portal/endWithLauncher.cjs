/*
 * Loaded into the backend (node --require): when the launcher dies, however it
 * does, the channel to it closes, and the backend shuts down as on SIGTERM.
 */
'use strict';

/** How long the shutdown may take, in ms. */
const shutdownTimeout = 20_000;

const outputs = [process.stdout, process.stderr];

// They lead to the launcher. Its death breaks them, perhaps before the channel
// is found closed; an error of theirs would be logged, which is an error again.
for (const stream of outputs) {
  stream.on('error', () => {});
}

process.on('disconnect', () => {
  for (const stream of outputs) {
    stream.write = () => true;
  }
  // Backstage's loader tells a watching parent of each file; there is none now.
  process.send = undefined;
  process.kill(process.pid, 'SIGTERM');
  setTimeout(() => process.exit(1), shutdownTimeout).unref();
});
