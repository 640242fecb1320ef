import type { Moment } from './Moment';

/** What an input of type datetime-local holds: the viewer's own clock. */
export function formatLocal(time: Date): string {
  const shifted = new Date(time.getTime() - time.getTimezoneOffset() * 60_000);
  return shifted.toISOString().slice(0, 16);
}

/** @returns undefined when there is no time in it */
export function parseLocal(text: string): Moment | undefined {
  const time = new Date(text);
  return text && !Number.isNaN(time.getTime())
    ? { kind: 'time', time }
    : undefined;
}
