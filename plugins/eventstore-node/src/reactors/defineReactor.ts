import {
  BadArgumentError,
  type EventDefinition,
  type EventEnvelope,
  type EventOf,
} from '@callboard/plugin-eventstore-common';
import type { LoggerService } from '@backstage/backend-plugin-api';
import { checkHandlers, checkName } from '../projections/defineProjection';
import type { JsonValue } from '../projections/column';

/** The event that a job follows. @public */
export type JobEvent = Pick<
  EventEnvelope,
  'id' | 'position' | 'type' | 'aggregateId' | 'instance'
>;

/**
 * One attempt at a job.
 *
 * @public
 */
export interface JobAttempt<TData = unknown> {
  /** What the reactor made of the event. */
  readonly data: TData;
  readonly event: JobEvent;
  /**
   * The same for every attempt at this job and for no other job. Hand it to
   * whatever takes an idempotency key: a job can run again after it has had its
   * effect, when the process died before that was noted.
   */
  readonly idempotencyKey: string;
  /** From 1. */
  readonly attempt: number;
  /** If this one fails too, the job is a dead letter. */
  readonly isLast: boolean;
  /** Aborted when the process stops and the job takes too long. */
  readonly signal: AbortSignal;
  readonly logger: LoggerService;
  /** The event itself. Personal data that was erased since is not in it. */
  readEvent(): Promise<EventEnvelope>;
}

/**
 * Side effects that follow events.
 *
 * @public
 */
export interface Reactor {
  readonly name: string;
  readonly events: readonly EventDefinition[];
  readonly on: Readonly<Record<string, (event: any) => unknown>>; // any: checked where it is defined
  readonly run: (job: JobAttempt<any>) => Promise<void>; // any: as above
  readonly attempts: number;
  readonly inOrderOf?: (event: EventEnvelope) => string;
  readonly from: 'first event' | 'now';
}

/**
 * What jobs a handler makes of an event: one, several or none.
 *
 * @public
 */
export type MadeJobs<TData> = TData | readonly TData[] | undefined | void;

/**
 * One handler per event type.
 *
 * @public
 */
export type ReactorHandlers<TDefinition extends EventDefinition, TData> = {
  readonly [TType in TDefinition['type']]: (
    event: EventOf<Extract<TDefinition, { type: TType }>>,
  ) => MadeJobs<TData>;
};

const MAX_ATTEMPTS = 100;

/**
 * Describes side effects that follow events: an event becomes a job, once and
 * for good; the job is attempted until it succeeds or has failed too often.
 *
 * @example
 * ```ts
 * export const welcomeMail = defineReactor({
 *   name: 'welcome_mail',
 *   events: [userInvited],
 *   on: {
 *     'iam.user.invited': event => ({ language: event.payload.language }),
 *   },
 *   async run({ data, event, idempotencyKey }) {
 *     await mailer.send('welcome', event.aggregateId, data, { idempotencyKey });
 *   },
 * });
 * ```
 *
 * @throws BadArgumentError when the name is misspelt, or an event is listed
 * twice or has no handler
 * @public
 */
export function defineReactor<
  const TDefinitions extends readonly EventDefinition[],
  TData extends JsonValue,
>(options: {
  /** In snake_case, unique in its plugin. */
  name: string;
  events: TDefinitions;
  /**
   * What the job gets to know, for each type of event: an array means several
   * jobs, nothing means none. Pure. Keep personal data out: the job can read
   * the event.
   */
  on: ReactorHandlers<NoInfer<TDefinitions>[number], TData>;
  /** Has the effect. Whatever it throws is the reason for another attempt. */
  run: (job: JobAttempt<NoInfer<TData>>) => Promise<void>;
  /**
   * Attempts before the job is a dead letter; 10 when left out. Between two
   * attempts it pauses for e^n seconds after the n-th, at most six hours.
   */
  attempts?: number;
  /** Jobs with the same value run one after the other, in order of events. */
  inOrderOf?: (event: EventEnvelope) => string;
  /**
   * Which events of the log there is when the reactor is new it reacts to:
   * those after `now` when left out.
   */
  from?: 'first event' | 'now';
}): Reactor {
  checkName('name', options.name);
  checkHandlers(options.events, options.on);
  const attempts = options.attempts ?? 10;
  if (
    !Number.isSafeInteger(attempts) ||
    attempts < 1 ||
    attempts > MAX_ATTEMPTS
  ) {
    throw new BadArgumentError(
      'attempts',
      `must be a whole number, 1 to ${MAX_ATTEMPTS}`,
    );
  }
  return Object.freeze({
    name: options.name,
    events: options.events,
    on: options.on as unknown as Reactor['on'],
    run: options.run,
    attempts,
    inOrderOf: options.inOrderOf,
    from: options.from ?? 'now',
  });
}
