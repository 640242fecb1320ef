import type { Knex } from 'knex';
import type { EventEnvelope } from '@callboard/plugin-eventstore-common';
import type { StatementPart } from '../projections/statements';
import type { Applied } from '../projections/ViewFold';

/**
 * What a spooler spools into: the tables of a view, or the jobs of a reactor.
 * Events are applied in memory; `parts` then say what is to be written.
 */
export interface Target {
  /** The event types that concern it. */
  readonly types: ReadonlySet<string>;
  /** @param track - tell which rows the event used */
  apply(event: EventEnvelope, track: boolean): Applied;
  /** Notes what the event will need that is not in memory. */
  discover(event: EventEnvelope): void;
  /** Reads what was found to be missing. */
  fetch(knex: Knex): Promise<void>;
  /** What is to be written for the events applied since the last `written`. */
  parts(): StatementPart[];
  /** It is written. */
  written(): void;
  /** It is not written, or that is not known: start from the database. */
  forget(): void;
}

/** In place of a target whose changes the database refuses: changes nothing. */
export function refusing(types: ReadonlySet<string>, error: unknown): Target {
  return {
    types,
    apply: () => ({ outcome: 'failed', error }),
    discover: () => {},
    fetch: async () => {},
    parts: () => [],
    written: () => {},
    forget: () => {},
  };
}
