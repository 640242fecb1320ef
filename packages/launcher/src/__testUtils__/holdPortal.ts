/*
 * A program that runs a portal as `npm start` does, with the fake backend and
 * nothing to set up. For tests that need a launcher of its own to kill.
 *
 * Arguments: data folder, port, host.
 */
import { join } from 'node:path';
import { endAs } from '../endAs.ts';
import { runPortal } from '../portal/runPortal.ts';
import { Ending } from '../processes/Ending.ts';
import { Progress } from '../progress/Progress.ts';

const [dataDir, port, host] = process.argv.slice(2);
const ending = new Ending();
ending.listen();

endAs(
  runPortal(
    {
      dataDir: dataDir!,
      port: Number(port),
      host: host ?? '127.0.0.1',
      databaseUrl: undefined,
      configFiles: [],
    },
    { progress: new Progress(), ending },
    async () => {},
    {
      entry: join(import.meta.dirname, 'fakeBackend.ts'),
      cwd: import.meta.dirname,
    },
  ),
  ending,
);
