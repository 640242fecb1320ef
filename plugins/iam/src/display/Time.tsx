import { timestampDate, type Timestamp } from '@bufbuild/protobuf/wkt';

const full = new Intl.DateTimeFormat(undefined, {
  dateStyle: 'medium',
  timeStyle: 'short',
});

/** A moment, in the viewer's time zone: "Nov 20, 2026, 1:45 PM". */
export function formatTime(at: Date): string {
  return full.format(at);
}

/** When something was or will be; nothing when that is not known. */
export function Time(props: { at: Timestamp | Date | undefined }) {
  if (!props.at) {
    return null;
  }
  const date = props.at instanceof Date ? props.at : timestampDate(props.at);
  return <time dateTime={date.toISOString()}>{formatTime(date)}</time>;
}
