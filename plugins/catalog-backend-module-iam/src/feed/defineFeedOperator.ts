import {
  defineOperator,
  type EventLog,
  type Operator,
  type View,
} from '@callboard/plugin-eventstore-node';
import { directoryProjection } from '../projections/directory';
import type { Teller } from './Teller';

/**
 * Lets one process of the cluster tell the catalog, as soon as the view shows
 * what has changed.
 *
 * @param options - `pauseMs`: how often it is looked without an event
 */
export function defineFeedOperator(options: {
  readonly log: Pick<EventLog, 'head'>;
  readonly view: Pick<View, 'ready' | 'waitFor'>;
  readonly teller: () => Promise<Teller>;
  readonly pauseMs: number;
}): Operator {
  const { log, view } = options;
  return defineOperator({
    name: 'iam_to_catalog',
    events: directoryProjection.events,
    async lead({ signal, wait }) {
      const teller = await options.teller();
      let isNews = true;
      while (!signal.aborted) {
        await view.ready({ signal });
        if (isNews) {
          // The event is in the log before it is in the view.
          const { position } = await log.head();
          await view.waitFor(position, { signal });
        }
        await teller.tell();
        isNews = await wait(options.pauseMs);
      }
    },
  });
}
