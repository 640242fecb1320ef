import {
  BadArgumentError,
  type EventDefinition,
  type EventEnvelope,
} from '@callboard/plugin-eventstore-common';
import { checkName } from '../projections/defineProjection';

/**
 * What an operator has while it leads.
 *
 * @public
 */
export interface Leadership {
  /** Aborted when another process may lead, or this one stops. */
  readonly signal: AbortSignal;
  /**
   * Higher with each leader. Written with what the operator keeps, it shows
   * that a later leader has been there.
   */
  readonly epoch: number;
  /**
   * Waits for an event that concerns the operator, or for a time.
   *
   * @returns whether there was an event since the last call
   * @throws the signal's reason when it is aborted
   */
  wait(ms: number): Promise<boolean>;
}

/**
 * Work that goes on in one process of the cluster, whichever that is: something
 * is watched and put right, again and again.
 *
 * @public
 */
export interface Operator {
  readonly name: string;
  readonly events: readonly EventDefinition[];
  readonly concerns: (event: EventEnvelope) => boolean;
  readonly lead: (leadership: Leadership) => Promise<void>;
}

/**
 * Describes work of which one process in the cluster is in charge. The lease is
 * that of a spooler: it passes to another process at once when this one stops,
 * and within the lease and a second when it dies.
 *
 * @example
 * ```ts
 * export const thermostat = defineOperator({
 *   name: 'thermostat',
 *   events: [windowOpened],
 *   async lead({ signal, wait }) {
 *     while (!signal.aborted) {
 *       await adjust({ signal });
 *       await wait(60_000);
 *     }
 *   },
 * });
 * ```
 *
 * @throws BadArgumentError when the name is misspelt, or there are no events
 * @public
 */
export function defineOperator(options: {
  /** In snake_case; unique among operators and reactors of its plugin. */
  name: string;
  /** Those that end a `wait`. Wake-ups are hints: they may come together. */
  events: readonly EventDefinition[];
  /** Which of them; all when left out. Pure. */
  concerns?: (event: EventEnvelope) => boolean;
  /**
   * Called when this process begins to lead; called again after a pause when
   * it ends or throws and the process still leads.
   */
  lead: (leadership: Leadership) => Promise<void>;
}): Operator {
  checkName('name', options.name);
  if (options.events.length === 0) {
    throw new BadArgumentError('events', 'must name one or more');
  }
  return Object.freeze({
    name: options.name,
    events: options.events,
    concerns: options.concerns ?? (() => true),
    lead: options.lead,
  });
}
