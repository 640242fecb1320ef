/*
 * A tool that starts a process of its own and does not end by itself, for
 * tests. Prints both pids. With `stubborn` it does not end on SIGTERM either.
 */
import { spawn } from 'node:child_process';

const child = spawn('sleep', ['600'], { stdio: 'ignore' });
if (process.argv[2] === 'stubborn') {
  process.on('SIGTERM', () => {});
}
console.log(`pids ${process.pid} ${child.pid}`);
setInterval(() => {}, 60_000);
