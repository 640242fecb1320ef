// A reader that follows the log as a spooler does, and keeps what it saw.
import type { Position } from '@callboard/plugin-eventstore-common';
import { openStore, run, taskOf, tell } from './task';

export interface TailReaderTask {
  readonly connectionString: string;
  readonly batchSize: number;
  readonly types?: string[];
}

run(async () => {
  const { connectionString, batchSize, types } = taskOf<TailReaderTask>();
  const { log, close } = await openStore(connectionString);
  let until = Infinity;
  process.on('message', (message: { until: number }) => {
    until = message.until;
  });
  const seen: [position: number, id: string][] = [];
  let after = 0 as Position;
  await tell({ kind: 'ready' });
  while (after < until) {
    const batch = await log.readBatch({
      after,
      limit: batchSize,
      filter: types && { types },
    });
    batch.events.forEach(({ position, id }) => seen.push([position, id]));
    after = batch.through;
  }
  await tell({ kind: 'done', seen });
  await close();
});
