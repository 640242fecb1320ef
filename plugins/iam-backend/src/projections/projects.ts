/** Projects. Their roles, and who has them, are in `access`. */
import type { EventEnvelope } from '@callboard/plugin-eventstore-common';
import {
  column,
  defineProjection,
  defineTable,
  type Writers,
} from '@callboard/plugin-eventstore-node';
import {
  projectAdded,
  projectChanged,
  projectDeactivated,
  projectReactivated,
  projectRemovalStarted,
  projectRemoved,
} from '@callboard/plugin-iam-common';
import { namedBy, namedColumns, namedIndexes } from './named';

const projects = defineTable({
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

const projectTables = { projects };

export type ProjectTables = typeof projectTables;

type Event = Pick<EventEnvelope, 'aggregateId' | 'recordedAt'>;

const status =
  (value: string, gone = false) =>
  (event: Event, tables: Writers<ProjectTables>) =>
    tables.projects.patch(
      { id: event.aggregateId },
      { status: value, gone, changed_at: event.recordedAt },
    );

export const projectsProjection = defineProjection({
  name: 'projects',
  version: 1,
  tables: projectTables,
  events: [
    projectAdded,
    projectChanged,
    projectDeactivated,
    projectReactivated,
    projectRemovalStarted,
    projectRemoved,
  ] as const,
  on: {
    'iam.project.added': (event, tables) =>
      tables.projects.upsert({
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
    'iam.project.changed': (event, tables) =>
      tables.projects.patch(
        { id: event.aggregateId },
        {
          ...namedBy(event.payload),
          description: event.payload.description ?? null,
          changed_at: event.recordedAt,
        },
      ),
    'iam.project.deactivated': status('inactive'),
    'iam.project.reactivated': status('active'),
    'iam.project.removal_started': status('removing'),
    'iam.project.removed': status('removed', true),
  },
});
