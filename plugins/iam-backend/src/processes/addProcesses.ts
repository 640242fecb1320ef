/** What IAM does by itself: removals, erasures, and what ends by the clock. */
import type { LoggerService } from '@backstage/backend-plugin-api';
import type {
  EventStoreService,
  ProjectionsService,
  ReactorsService,
} from '@callboard/plugin-eventstore-node';
import type { Knex } from 'knex';
import { dependents } from './dependents';
import { DependentsView } from './DependentsView';
import { defineErasureReactor } from './erasureReactor';
import { Expiry } from './Expiry';
import { ProcessLoop } from './ProcessLoop';
import { defineRemovalReactor } from './removalReactor';
import { Removals } from './Removals';

/** @returns the loop, to be started and stopped with the plugin */
export async function addProcesses(options: {
  readonly events: EventStoreService;
  readonly projections: ProjectionsService;
  readonly reactors: ReactorsService;
  readonly knex: Knex;
  readonly logger: LoggerService;
}): Promise<ProcessLoop> {
  const { events, projections, reactors, knex, logger } = options;
  const runner = events.commands;
  const view = new DependentsView(await projections.add(dependents), knex);
  const removals = new Removals({ runner, dependents: view });
  await reactors.add(defineRemovalReactor(removals));
  await reactors.add(defineErasureReactor(events));
  const expiry = new Expiry({
    runner,
    log: events.log,
    dependents: view,
    onError: (error, { kind, dependent }) =>
      logger.warn(`The end of a ${kind} of ${dependent} waits: ${error}`),
  });
  return new ProcessLoop({ expiry, removals, logger });
}
