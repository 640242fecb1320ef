/*
 * Which program has a TCP port, where the system tells it (Linux, /proc/net).
 */
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { basename } from 'node:path';

const listening = '0A';

/** The socket inodes that listen on a port, from the text of /proc/net/tcp. */
export function listeningInodes(table: string, port: number): string[] {
  const wanted = port.toString(16).toUpperCase().padStart(4, '0');
  return table
    .split('\n')
    .slice(1)
    .flatMap(line => {
      const fields = line.trim().split(/\s+/);
      const [, local, , state] = fields;
      const inode = fields[9];
      return inode && state === listening && local?.endsWith(`:${wanted}`)
        ? [inode]
        : [];
    });
}

/** Such as `node (process 123)`, or `undefined` where it cannot be told. */
export function whoListens(port: number): string | undefined {
  const inodes = ['tcp', 'tcp6'].flatMap(name => {
    try {
      return listeningInodes(readFileSync(`/proc/net/${name}`, 'utf8'), port);
    } catch {
      return [];
    }
  });
  const sockets = new Set(inodes.map(inode => `socket:[${inode}]`));
  if (sockets.size === 0) {
    return undefined;
  }
  for (const pid of readdirSync('/proc').filter(name => /^\d+$/.test(name))) {
    try {
      const holds = readdirSync(`/proc/${pid}/fd`).some(fd =>
        sockets.has(readlinkSync(`/proc/${pid}/fd/${fd}`)),
      );
      if (holds) {
        const [program = ''] = readFileSync(
          `/proc/${pid}/cmdline`,
          'utf8',
        ).split('\0');
        return `${basename(program) || 'a program'} (process ${pid})`;
      }
    } catch {
      // Ended meanwhile, or another user's.
    }
  }
  return undefined;
}
