/**
 * A moment of the past, as it stands in an address: `asOf=1234` is after the
 * event at that position, `asOf=2026-11-20T12:00:00Z` is a time (ISO 8601).
 */
import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import type { MessageInitShape } from '@bufbuild/protobuf';
import type { AsOf, AsOfSchema } from '@callboard/plugin-iam-common/api';

export type Moment =
  | { readonly kind: 'position'; readonly position: bigint }
  | { readonly kind: 'time'; readonly time: Date };

export type AsOfInit = MessageInitShape<typeof AsOfSchema>;

/** The largest position there can be (2^53 - 1). */
const LAST_POSITION = BigInt(Number.MAX_SAFE_INTEGER);

/** @returns undefined when it is no moment */
export function parseMoment(text: string): Moment | undefined {
  if (/^\d{1,16}$/.test(text)) {
    const position = BigInt(text);
    return position > 0n && position <= LAST_POSITION
      ? { kind: 'position', position }
      : undefined;
  }
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d/.test(text)) {
    return undefined;
  }
  const time = new Date(text);
  return Number.isNaN(time.getTime()) ? undefined : { kind: 'time', time };
}

export function formatMoment(moment: Moment): string {
  return moment.kind === 'position'
    ? `${moment.position}`
    : moment.time.toISOString();
}

/** What requests call `asOf`. */
export function toAsOf(moment: Moment): AsOfInit {
  const value: AsOf['moment'] =
    moment.kind === 'position'
      ? { case: 'position', value: moment.position }
      : { case: 'time', value: timestampFromDate(moment.time) };
  return { moment: value };
}
