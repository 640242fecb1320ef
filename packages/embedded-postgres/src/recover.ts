/*
 * Puts a data directory in order that an earlier run left behind. The caller
 * holds the folder's lock: whoever started the earlier server is gone.
 */
import { existsSync, rmSync } from 'node:fs';
import { EmbeddedPostgresError } from './EmbeddedPostgresError.ts';
import {
  postmasterPidFile,
  readPostmasterPid,
  servesCluster,
} from './postmasterPid.ts';
import { isAlive } from './processes.ts';
import { stopServer, waitForOrphanedChildren } from './stopServer.ts';

/**
 * Stops a server that outlived whoever started it, waits for children that
 * outlived their server, and removes a pid file that names somebody else.
 *
 * @throws EmbeddedPostgresError `IN_USE` when the server is another user's
 */
export async function recover(
  cluster: string,
  notice: (message: string) => void,
): Promise<void> {
  const left = readPostmasterPid(cluster);
  if (left && servesCluster(left.pid, cluster)) {
    notice(
      `A PostgreSQL server of an earlier run (process ${left.pid}) is stopped first.`,
    );
    try {
      await stopServer(left.pid, cluster, undefined, {
        fast: 20_000,
        immediate: 10_000,
      });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EPERM') {
        throw new EmbeddedPostgresError(
          'IN_USE',
          `A PostgreSQL server of another user (process ${left.pid}) runs on ${cluster}: stop it, or choose another data folder.`,
          { cause: error },
        );
      }
      throw error;
    }
  }
  await waitForOrphanedChildren(cluster);
  const file = postmasterPidFile(cluster);
  if (existsSync(file)) {
    const stale = readPostmasterPid(cluster);
    // PostgreSQL itself sees to the file of a dead server, and learns from it
    // which shared memory must be unused. It gives up only when the file is
    // empty or its pid belongs to another process by now.
    if (!stale || isAlive(stale.pid)) {
      rmSync(file, { force: true });
    }
  }
}
