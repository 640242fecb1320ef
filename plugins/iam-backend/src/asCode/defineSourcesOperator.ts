/** The operator: reconciles all sources, in one process of the cluster. */
import type { LoggerService } from '@backstage/backend-plugin-api';
import type { EventEnvelope } from '@callboard/plugin-eventstore-common';
import {
  defineOperator,
  type Operator,
} from '@callboard/plugin-eventstore-node';
import { publicIamEvents } from '@callboard/plugin-iam-common';
import { reconciliationRequested } from './events';
import type { AsCodeConfig } from './readAsCodeConfig';
import type { Reconciler } from './Reconciler';
import { LaterLeaderError, type SourceStore } from './SourceStore';

/** Changes within this time are looked at together, in ms. */
const SETTLE_MS = 1_000;

/** After what may be over soon: views that are behind, a database that is away. */
const RETRY_MS = 5_000;

const OF_INTEREST =
  /^iam\.(?:organization|project|group|group_hierarchy|access|administration|administrator_role|project_grant)\.|^iam\.user\.(?:human_added|machine_added|username_changed|email_changed|removed|erased)$/;

export function defineSourcesOperator(options: {
  readonly config: AsCodeConfig;
  readonly reconciler: Reconciler;
  readonly store: SourceStore;
  readonly logger: LoggerService;
  readonly settleMs?: number;
}): Operator {
  const { config, reconciler, store, logger } = options;
  return defineOperator({
    name: 'as_code',
    events: [
      reconciliationRequested,
      ...publicIamEvents.filter(({ type }) => OF_INTEREST.test(type)),
    ],
    concerns: event => !isOwn(event),
    async lead({ epoch, signal, wait }) {
      for (const instance of new Set(
        config.sources.map(each => each.instance),
      )) {
        const own = config.sources.filter(each => each.instance === instance);
        await store.keepOnly(
          instance,
          own.map(({ name }) => name),
        );
      }
      let readAt = -Infinity;
      while (!signal.aborted) {
        const read = performance.now() - readAt >= config.pollMs;
        readAt = read ? performance.now() : readAt;
        let failed = false;
        for (const source of config.sources) {
          try {
            await reconciler.reconcile(source, { epoch, read, signal });
          } catch (error) {
            if (signal.aborted || error instanceof LaterLeaderError) {
              throw error;
            }
            failed = true;
            logger.warn(`Could not reconcile ${source.name}: ${error}`);
          }
        }
        const rest = Math.max(0, readAt + config.pollMs - performance.now());
        if (await wait(failed ? Math.min(rest, RETRY_MS) : rest)) {
          await wait(options.settleMs ?? SETTLE_MS);
        }
      }
    },
  });
}

/** What it did itself is no news to it. */
function isOwn({ actor, type }: EventEnvelope): boolean {
  return (
    type !== reconciliationRequested.type &&
    actor.kind === 'spooler' &&
    actor.id.startsWith('as-code/')
  );
}
