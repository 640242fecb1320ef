/**
 * Searches the trail, newest first, for what a caller may see.
 *
 * What the log can't look up (the plugin, the address, the caller's conditions)
 * is looked at event by event. A search gives up on a page after so many events
 * and says where it got to, so that a rare thing takes several pages and not
 * one that never ends.
 */
import { createHash } from 'node:crypto';
import {
  BadArgumentError,
  type EventEnvelope,
  type Position,
} from '@callboard/plugin-eventstore-common';
import type { EventFilter, EventLog } from '@callboard/plugin-eventstore-node';

/** What is wanted, and what may be seen. */
export interface EventSearch {
  readonly filter: EventFilter;
  /** The plugin that recorded it. */
  readonly plugin?: string;
  /** The address that the request came from. */
  readonly ip?: string;
  /** What the caller may see; everything when left out. */
  readonly visible?: (event: EventEnvelope) => boolean;
}

export interface EventPage {
  readonly events: readonly EventEnvelope[];
  /** Absent on the last page. */
  readonly nextPageToken?: string;
}

/** Events looked at for one page. */
const EVENTS_PER_PAGE = 20_000;
const EVENTS_AT_ONCE = 1_000;

/**
 * @throws BadArgumentError when the token is none of this search's
 */
export async function searchEvents(
  log: EventLog,
  search: EventSearch,
  options: { pageSize: number; pageToken?: string; through?: number },
): Promise<EventPage> {
  const digest = digestOf(search);
  const matches = matcherOf(search);
  const events: EventEnvelope[] = [];
  let through = options.pageToken
    ? openToken(options.pageToken, digest)
    : options.through;
  let budget = EVENTS_PER_PAGE;
  for (;;) {
    const page = await log.readPage({
      filter: search.filter,
      limit: matches ? EVENTS_AT_ONCE : options.pageSize,
      through: through as Position | undefined,
    });
    for (const event of page.events) {
      through = event.position - 1;
      if (!matches || matches(event)) {
        events.push(event);
        if (events.length === options.pageSize) {
          break;
        }
      }
    }
    const last = page.events.at(-1);
    const isEnd =
      last === undefined ||
      (page.nextCursor === undefined && through === last.position - 1);
    if (isEnd) {
      return { events };
    }
    budget -= page.events.length;
    if (events.length === options.pageSize || budget <= 0) {
      return { events, nextPageToken: sealToken(through!, digest) };
    }
  }
}

/** Every event that a search finds, newest first, as of when it begins. */
export async function* streamEvents(
  log: EventLog,
  search: EventSearch,
  signal: AbortSignal,
): AsyncGenerator<readonly EventEnvelope[]> {
  const matches = matcherOf(search);
  let through: Position | undefined = (await log.head()).position;
  while (!signal.aborted) {
    const page = await log.readPage({
      filter: search.filter,
      limit: EVENTS_AT_ONCE,
      through,
    });
    const events = matches ? page.events.filter(matches) : page.events;
    if (events.length > 0) {
      yield events;
    }
    const last = page.events.at(-1);
    if (page.nextCursor === undefined || !last) {
      return;
    }
    through = (last.position - 1) as Position;
  }
}

/** What has to be looked at event by event, if anything. */
function matcherOf({
  plugin,
  ip,
  visible,
}: EventSearch): ((event: EventEnvelope) => boolean) | undefined {
  if (plugin === undefined && ip === undefined && !visible) {
    return undefined;
  }
  return event =>
    (plugin === undefined || event.context.plugin === plugin) &&
    (ip === undefined || event.context.ip === ip) &&
    (!visible || visible(event));
}

/** Tells the tokens of one search from those of another. */
function digestOf({ filter, plugin, ip }: EventSearch): string {
  const text = JSON.stringify([
    Object.entries(filter).sort(([a], [b]) => a.localeCompare(b)),
    plugin,
    ip,
  ]);
  return createHash('sha256').update(text).digest('base64url').slice(0, 16);
}

function sealToken(through: number, digest: string): string {
  return Buffer.from(JSON.stringify([through, digest])).toString('base64url');
}

function openToken(token: string, digest: string): number {
  let parts: unknown;
  try {
    parts = JSON.parse(Buffer.from(token, 'base64url').toString());
  } catch {
    parts = undefined;
  }
  const [through, ofSearch] = Array.isArray(parts) ? parts : [];
  if (!Number.isSafeInteger(through) || through < 0 || ofSearch !== digest) {
    throw new BadArgumentError(
      'pageToken',
      'is not one of this search: give the same filter with it',
    );
  }
  return through;
}
