/** Events as files: lines of JSON, or a table after RFC 4180. */
import { create, toJsonString } from '@bufbuild/protobuf';
import {
  actorKey,
  type EventEnvelope,
} from '@callboard/plugin-eventstore-common';
import { EventSchema } from '@callboard/plugin-eventstore-common/api';
import { hideSecrets, toJsonObject } from '@callboard/plugin-eventstore-node';
import { toEventMessage } from './messages';

export interface EventFileFormat {
  readonly contentType: string;
  readonly extension: string;
  readonly header: string;
  line(event: EventEnvelope, secret: ReadonlySet<string>): string;
}

export const ndjson: EventFileFormat = {
  contentType: 'application/x-ndjson',
  extension: 'ndjson',
  header: '',
  line: (event, secret) =>
    `${toJsonString(EventSchema, create(EventSchema, toEventMessage(event, secret)))}\n`,
};

type Column = readonly [
  title: string,
  value: (event: EventEnvelope, secret: ReadonlySet<string>) => unknown,
];

const COLUMNS: readonly Column[] = [
  ['position', event => event.position],
  ['recorded_at', event => event.recordedAt],
  ['type', event => event.type],
  ['aggregate_id', event => event.aggregateId],
  ['version', event => event.version],
  ['actor', event => actorKey(event.actor)],
  [
    'on_behalf_of',
    ({ actor }) => ('onBehalfOf' in actor ? actor.onBehalfOf : undefined),
  ],
  ['instance', event => event.instance],
  ['plugin', event => event.context.plugin],
  ['ip', event => event.context.ip],
  ['user_agent', event => event.context.userAgent],
  ['correlation_id', event => event.context.correlationId],
  ['id', event => event.id],
  [
    'payload',
    (event, secret) =>
      JSON.stringify(hideSecrets(toJsonObject(event.payload), secret)),
  ],
];

export const csv: EventFileFormat = {
  contentType: 'text/csv; charset=utf-8',
  extension: 'csv',
  header: `${COLUMNS.map(([title]) => title).join(',')}\r\n`,
  line: (event, secret) =>
    `${COLUMNS.map(([, value]) => toCell(value(event, secret))).join(',')}\r\n`,
};

/**
 * A cell. Text that a spreadsheet would take for a formula is led by an
 * apostrophe (https://owasp.org/www-community/attacks/CSV_Injection).
 */
function toCell(value: unknown): string {
  if (value === undefined || value === null) {
    return '';
  }
  if (typeof value === 'number') {
    return `${value}`;
  }
  const text = /^[=+\-@\t\r]/.test(`${value}`) ? `'${value}` : `${value}`;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
