import type { EventEnvelope } from '@callboard/plugin-eventstore-common';
import { quote, type StatementPart } from '../projections/statements';
import type { Applied } from '../projections/ViewFold';
import type { Target } from '../spoolers/Target';
import type { JobEvent, Reactor } from './defineReactor';

/** What a job carries. */
export interface JobPayload {
  readonly event: JobEvent;
  readonly data: unknown;
}

/** A job as `add_jobs` takes it. */
interface JobSpec {
  readonly identifier: string;
  readonly payload: JobPayload;
  readonly job_key: string;
  readonly queue_name: string | null;
  readonly max_attempts: number;
}

const MAX_QUEUE_NAME = 128;

/** The name of a job, by which it is there once. */
function jobKey(reactor: string, eventId: string, index: number) {
  return `${reactor}/${eventId}/${index}`;
}

/** Turns events into jobs of a reactor. */
export class JobTarget implements Target {
  readonly types: ReadonlySet<string>;
  readonly #reactor: Reactor;
  readonly #schema: string;
  #jobs: JobSpec[] = [];

  /** @param schema - of the job queue */
  constructor(reactor: Reactor, schema: string) {
    this.types = new Set(reactor.events.map(({ type }) => type));
    this.#reactor = reactor;
    this.#schema = schema;
  }

  apply(event: EventEnvelope): Applied {
    try {
      this.#jobs.push(...this.#jobsOf(event));
      return { outcome: 'applied' };
    } catch (error) {
      return { outcome: 'failed', error };
    }
  }

  /** Jobs are made of the event alone. */
  discover(): void {}

  async fetch(): Promise<void> {}

  parts(): StatementPart[] {
    if (this.#jobs.length === 0) {
      return [];
    }
    const schema = quote(this.#schema);
    return [
      {
        look: 'jobs',
        // The set of jobs is made per row of the fence: not at all without one.
        sql: `jobs AS (
          SELECT added.id FROM fence CROSS JOIN LATERAL ${schema}.add_jobs(ARRAY(
            SELECT json_populate_record(NULL::${schema}.job_spec, spec)
              FROM json_array_elements(?::json) AS spec
          )) AS added)`,
        bindings: [JSON.stringify(this.#jobs)],
      },
    ];
  }

  written(): void {
    this.#jobs = [];
  }

  forget(): void {
    this.#jobs = [];
  }

  #jobsOf(event: EventEnvelope): JobSpec[] {
    const { name, on, attempts, inOrderOf } = this.#reactor;
    const made: unknown = on[event.type]!(event);
    if (made instanceof Promise) {
      made.catch(() => {});
      throw new TypeError(`The handler of ${event.type} is async`);
    }
    if (made === undefined) {
      return [];
    }
    const { id, position, type, aggregateId, instance } = event;
    const queue = inOrderOf?.(event);
    if (
      queue !== undefined &&
      (queue === '' || queue.length > MAX_QUEUE_NAME)
    ) {
      throw new TypeError(
        `inOrderOf must give 1 to ${MAX_QUEUE_NAME} characters`,
      );
    }
    return (Array.isArray(made) ? made : [made]).map((data, index) => ({
      identifier: name,
      payload: { event: { id, position, type, aggregateId, instance }, data },
      job_key: jobKey(name, id, index),
      queue_name: queue === undefined ? null : `${name}/${queue}`,
      max_attempts: attempts,
    }));
  }
}
