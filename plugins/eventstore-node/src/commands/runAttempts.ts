/** The attempts at one command: decide, append; on conflict once more. */
import {
  BusyError,
  ContentionError,
  ShuttingDownError,
  StoreUnreachableError,
  WrongVersionError,
  type AggregateId,
  type EventContext,
  type Version,
} from '@callboard/plugin-eventstore-common';
import type { EventLog } from '../log/EventLog';
import { answerTo, findAnswer, type CommandAnswer } from './CommandAnswer';
import { buildAppend, type Decided } from './Decided';
import type { CommandScope } from './deriveEventId';

/** The caller's own expectation failed: deciding again would not help. */
export class StaleCommandError extends Error {
  constructor(
    readonly id: AggregateId,
    readonly expected: Version,
    readonly actual: Version,
  ) {
    super('stale');
  }

  toWrongVersion(): WrongVersionError {
    return new WrongVersionError(this.id, this.expected, this.actual);
  }
}

/** A command as far as its attempts are concerned. */
export interface Attempts {
  readonly log: EventLog;
  readonly scope: CommandScope;
  readonly context: EventContext;
  /** Given when the command may come again under its id. */
  readonly hash?: string;
  readonly maxAttempts: number;
  readonly signal?: AbortSignal;
  /** Reads and decides; called once for each attempt. */
  readonly decide: () => Promise<Decided>;
  /** Told of a conflict, before the next attempt. */
  readonly onConflict?: (decided: Decided) => void;
  /** Around each attempt. */
  readonly inTurn?: <T>(attempt: () => Promise<T>) => Promise<T>;
}

/** Attempts that follow at once; later ones wait a little, by chance. */
const EAGER_ATTEMPTS = 3;
const LONGEST_PAUSE_MS = 50;

/**
 * @returns `earlier` when the answer is one that was given before
 * @throws ContentionError, CommandIdReusedError, and what deciding and
 * appending throw
 */
export async function runAttempts(
  work: Attempts,
): Promise<{ answer: CommandAnswer; earlier: boolean }> {
  const inTurn = work.inTurn ?? (attempt => attempt());
  for (let attempt = 1; ; attempt++) {
    work.signal?.throwIfAborted();
    const outcome = await inTurn(() => runAttempt(work));
    if (!('conflict' in outcome)) {
      return outcome;
    }
    if (attempt >= work.maxAttempts) {
      throw new ContentionError(attempt, outcome.conflict);
    }
    await pauseBefore(attempt + 1);
  }
}

async function runAttempt(
  work: Attempts,
): Promise<
  { answer: CommandAnswer; earlier: boolean } | { conflict: WrongVersionError }
> {
  const { log, scope, context, hash } = work;
  let decided: Decided | undefined;
  let isStored = false;
  try {
    decided = await work.decide();
    const request = buildAppend(decided, scope, context);
    if (request) {
      const result = await log.append(request);
      if (!result.duplicate) {
        const events = request.aggregates.flatMap(part => part.events);
        return { answer: answerTo(result, events), earlier: false };
      }
      isStored = true;
    }
  } catch (error) {
    if (isUndecided(error)) {
      throw error;
    }
    // Refused: perhaps because an earlier try of this command took effect.
    const earlier = hash !== undefined && (await findAnswer(log, scope, hash));
    if (earlier) {
      return { answer: earlier, earlier: true };
    }
    if (!(error instanceof WrongVersionError)) {
      throw error instanceof StaleCommandError ? error.toWrongVersion() : error;
    }
    if (decided) {
      work.onConflict?.(decided);
    }
    return { conflict: error };
  }
  // Stored before, or nothing to do (which may be so because of it).
  const earlier =
    (hash !== undefined || isStored) && (await findAnswer(log, scope, hash));
  return earlier
    ? { answer: earlier, earlier: true }
    : { answer: { position: decided.position, events: [] }, earlier: false };
}

/** Errors after which it is not known, or not yet decided, what happened. */
function isUndecided(error: unknown): boolean {
  return (
    error instanceof StoreUnreachableError ||
    error instanceof ShuttingDownError ||
    error instanceof BusyError
  );
}

function pauseBefore(attempt: number): Promise<void> {
  if (attempt <= EAGER_ATTEMPTS) {
    return Promise.resolve();
  }
  const longest = Math.min(2 ** (attempt - EAGER_ATTEMPTS), LONGEST_PAUSE_MS);
  return new Promise(resolve => setTimeout(resolve, Math.random() * longest));
}
