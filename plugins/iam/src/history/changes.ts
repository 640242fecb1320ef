/** How the trail of an object is told to people. */
import type { JsonObject, JsonValue } from '@bufbuild/protobuf';
import { timestampMs } from '@bufbuild/protobuf/wkt';
import {
  Actor_Kind,
  type Actor,
  type AggregateChange,
} from '@callboard/plugin-eventstore-common/api';
import type { Moment } from '../asOf/Moment';

/** What the console has pages for, by the type of its id. */
const PAGES = ['organization', 'user', 'group', 'project'];

/** "iam.user.lock_expired" is "Lock expired". */
export function deedOf(eventType: string): string {
  const words = (eventType.split('.').pop() ?? eventType).replaceAll('_', ' ');
  return words.charAt(0).toLocaleUpperCase('en') + words.slice(1);
}

const KINDS: Partial<Record<Actor_Kind, string>> = {
  [Actor_Kind.USER]: 'user',
  [Actor_Kind.MACHINE]: 'machine',
  [Actor_Kind.SPOOLER]: 'spooler',
  [Actor_Kind.SYSTEM]: 'system',
  [Actor_Kind.OUTSIDE]: 'outside',
};

/** As views name actors: `user:iam.user/<uuid>`, `outside:github:ann`. */
export function actorOf(actor: Actor | undefined): string {
  if (!actor) {
    return '';
  }
  const kind = KINDS[actor.kind] ?? 'system';
  return [kind, actor.provider, actor.id].filter(Boolean).join(':');
}

/** Those that had happened at a moment; all when there is none. */
export function upTo(
  changes: readonly AggregateChange[],
  moment: Moment | undefined,
): readonly AggregateChange[] {
  if (!moment) {
    return changes;
  }
  return changes.filter(({ event }) =>
    moment.kind === 'position'
      ? (event?.position ?? 0n) <= moment.position
      : event?.recordedAt !== undefined &&
        timestampMs(event.recordedAt) <= moment.time.getTime(),
  );
}

/** A value of a state in a few words. */
export function describeValue(value: JsonValue | undefined): {
  text: string;
  kind: 'value' | 'none' | 'erased' | 'hidden';
} {
  if (value === undefined || value === null || value === '') {
    return { text: 'nothing', kind: 'none' };
  }
  if (typeof value === 'object' && !Array.isArray(value)) {
    if (value.$erased === true) {
      return { text: 'erased', kind: 'erased' };
    }
    if (value.$hidden === true) {
      return { text: 'a secret', kind: 'hidden' };
    }
  }
  return { text: describeParts(value), kind: 'value' };
}

function describeParts(value: JsonValue): string {
  if (Array.isArray(value)) {
    return value.map(part => describeValue(part).text).join(', ') || 'none';
  }
  if (typeof value === 'object' && value !== null) {
    return Object.entries(value)
      .map(([name, part]) => `${name}: ${describeValue(part).text}`)
      .join(', ');
  }
  return `${value}`;
}

/** Whether a value is the id of something that the console has a page for. */
export function isObjectId(text: string): boolean {
  const [, type = '', rest] =
    /^iam\.([a-z]+)\/([0-9a-f-]{36})$/.exec(text) ?? [];
  return rest !== undefined && PAGES.includes(type);
}

/**
 * What an event happened to: a word for it, and the id of what the console can
 * show of it. "iam.project_grant/…" is a "Project grant"; who got an
 * administration is in the payload.
 */
export function subjectOf(
  aggregateId: string,
  payload: JsonObject = {},
): { what: string; id?: string } {
  const type = aggregateId.split('/', 1)[0]?.split('.').pop() ?? '';
  const words = type.replaceAll('_', ' ');
  return {
    what: words.charAt(0).toLocaleUpperCase('en') + words.slice(1),
    id: [aggregateId, ...Object.values(payload)].find(
      (value): value is string =>
        typeof value === 'string' && isObjectId(value),
    ),
  };
}
