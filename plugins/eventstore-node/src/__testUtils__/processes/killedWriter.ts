// Appends until it is killed; tells what it is about to append, and what was
// acknowledged.
import {
  newAggregateId,
  newEventId,
} from '@callboard/plugin-eventstore-common';
import { requestOf, type KilledAppend } from '../killedAppend';
import { openStore, run, taskOf, tell } from './task';

export interface KilledWriterTask {
  readonly connectionString: string;
  readonly writers: number;
}

run(async () => {
  const { connectionString, writers } = taskOf<KilledWriterTask>();
  const { log } = await openStore(connectionString);

  async function write(): Promise<never> {
    for (;;) {
      const append: KilledAppend = {
        id: newAggregateId('house.door'),
        events: [newEventId(), newEventId()],
      };
      await tell({ kind: 'intent', append });
      const { position } = await log.append(requestOf(append));
      await tell({ kind: 'stored', append, position });
    }
  }

  await Promise.all(Array.from({ length: writers }, write));
});
