/*
 * Loaded into the programs that the launcher runs (node --require): when the
 * launcher dies, however it does, the channel to it closes, and they end too.
 * Without this a killed launcher would leave an install or a test run behind.
 */
'use strict';

process.on('disconnect', () => {
  try {
    // The launcher gives each program a process group of its own.
    process.kill(-process.pid, 'SIGTERM');
  } catch {
    // Not a group leader: there is only this process to end.
  }
  setTimeout(() => process.exit(1), 2000).unref();
});

// Workers that the program forks get its arguments; this is for the program.
const own = process.execArgv.indexOf(__filename);
if (own > 0) {
  process.execArgv.splice(own - 1, 2);
}

// Listening must not keep a program alive that has nothing left to do.
process.channel?.unref();
