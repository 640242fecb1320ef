/** Groups. Who is in them is in `access`. */
import type { EventEnvelope } from '@callboard/plugin-eventstore-common';
import {
  column,
  defineProjection,
  defineTable,
  type Writers,
} from '@callboard/plugin-eventstore-node';
import {
  groupAdded,
  groupChanged,
  groupMetadataRemoved,
  groupMetadataSet,
  groupRemovalStarted,
  groupRemoved,
} from '@callboard/plugin-iam-common';
import { namedBy, namedColumns, namedIndexes } from './named';

const groups = defineTable({
  columns: {
    id: column.text(),
    instance: column.text(),
    organization: column.text(),
    ...namedColumns(),
    description: column.text().nullable(),
  },
  key: ['id'],
  indexes: namedIndexes(['instance', 'organization']),
  history: true,
});

const metadata = defineTable({
  columns: {
    group_id: column.text(),
    key: column.text(),
    value: column.text(),
  },
  key: ['group_id', 'key'],
  history: true,
});

const groupTables = { groups, metadata };

export type GroupTables = typeof groupTables;

type Event = Pick<EventEnvelope, 'aggregateId' | 'recordedAt'>;

const touch = (
  event: Event,
  tables: Writers<GroupTables>,
  changes: { status?: string; gone?: boolean } = {},
) =>
  tables.groups.patch(
    { id: event.aggregateId },
    { ...changes, changed_at: event.recordedAt },
  );

export const groupsProjection = defineProjection({
  name: 'groups',
  version: 1,
  tables: groupTables,
  events: [
    groupAdded,
    groupChanged,
    groupMetadataSet,
    groupMetadataRemoved,
    groupRemovalStarted,
    groupRemoved,
  ] as const,
  on: {
    'iam.group.added': (event, tables) =>
      tables.groups.upsert({
        id: event.aggregateId,
        instance: event.instance,
        organization: event.payload.organization,
        ...namedBy(event.payload),
        description: event.payload.description ?? null,
        status: 'active',
        gone: false,
        created_at: event.recordedAt,
        changed_at: event.recordedAt,
      }),
    'iam.group.changed': (event, tables) =>
      tables.groups.patch(
        { id: event.aggregateId },
        {
          ...namedBy(event.payload),
          description: event.payload.description ?? null,
          changed_at: event.recordedAt,
        },
      ),
    'iam.group.metadata_set': (event, tables) => {
      touch(event, tables);
      const { key, value } = event.payload;
      tables.metadata.upsert({ group_id: event.aggregateId, key, value });
    },
    'iam.group.metadata_removed': (event, tables) => {
      touch(event, tables);
      const { key } = event.payload;
      tables.metadata.delete({ group_id: event.aggregateId, key });
    },
    'iam.group.removal_started': (event, tables) =>
      touch(event, tables, { status: 'removing' }),
    'iam.group.removed': (event, tables) => {
      touch(event, tables, { status: 'removed', gone: true });
      for (const row of tables.metadata.find({ group_id: event.aggregateId })) {
        tables.metadata.delete(row);
      }
    },
  },
});
