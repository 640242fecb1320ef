/** Instances with their domains. */
import type { EventEnvelope } from '@callboard/plugin-eventstore-common';
import {
  column,
  defineProjection,
  defineTable,
  type RowOf,
  type Writers,
} from '@callboard/plugin-eventstore-node';
import {
  instanceAdded,
  instanceDefaultLanguageChanged,
  instanceDefaultOrganizationChanged,
  instanceDomainAdded,
  instanceDomainRemoved,
  instanceLimitsChanged,
  instancePrimaryDomainChanged,
  instanceRemovalStarted,
  instanceRemoved,
  instanceRenamed,
  instanceSetUp,
} from '@callboard/plugin-iam-common';
import { searchColumns, searchText, sortKey } from './searchText';

const instances = defineTable({
  columns: {
    /** The scope's id; the instance's own name is `instance`. */
    id: column.text(),
    instance: column.text(),
    name: column.text(),
    language: column.text(),
    /** `active`, `removing` or `removed`. */
    status: column.text(),
    gone: column.boolean(),
    primary_domain: column.text().nullable(),
    default_organization: column.text().nullable(),
    /** Whether the first administrator has been made. */
    set_up: column.boolean(),
    blocked: column.boolean(),
    /** How far back the trail can be read; null: to its beginning. */
    audit_days: column.integer().nullable(),
    created_at: column.timestamp(),
    changed_at: column.timestamp(),
    sort_name: column.text(),
    ...searchColumns(),
  },
  key: ['id'],
  indexes: [
    { on: ['gone', 'sort_name COLLATE "C"', 'id COLLATE "C"'] },
    { on: ['gone', 'created_at', 'id COLLATE "C"'] },
    { on: ['instance'] },
    { on: ['pieces'], using: 'gin' },
  ],
  history: true,
});

const domains = defineTable({
  columns: {
    instance_scope: column.text(),
    domain: column.text(),
    instance: column.text(),
    added_at: column.timestamp(),
  },
  key: ['instance_scope', 'domain'],
  indexes: [{ on: ['domain'] }],
  history: true,
});

const instanceTables = { instances, domains };

export type InstanceTables = typeof instanceTables;

type Event = Pick<EventEnvelope, 'aggregateId' | 'recordedAt'>;

function touch(
  event: Event,
  tables: Writers<InstanceTables>,
  changes: Partial<RowOf<typeof instances>> = {},
): void {
  tables.instances.patch(
    { id: event.aggregateId },
    { ...changes, changed_at: event.recordedAt },
  );
}

const namedBy = (name: string, instance: string) => ({
  name,
  sort_name: sortKey(name),
  ...searchText([name, instance]),
});

export const instancesProjection = defineProjection({
  name: 'instances',
  version: 1,
  tables: instanceTables,
  events: [
    instanceAdded,
    instanceRenamed,
    instanceDefaultLanguageChanged,
    instanceDefaultOrganizationChanged,
    instanceDomainAdded,
    instanceDomainRemoved,
    instancePrimaryDomainChanged,
    instanceSetUp,
    instanceLimitsChanged,
    instanceRemovalStarted,
    instanceRemoved,
  ] as const,
  on: {
    'iam.instance.added': (event, tables) =>
      tables.instances.upsert({
        id: event.aggregateId,
        instance: event.instance,
        ...namedBy(event.payload.name, event.instance),
        language: event.payload.language,
        status: 'active',
        gone: false,
        set_up: false,
        blocked: false,
        created_at: event.recordedAt,
        changed_at: event.recordedAt,
      }),
    'iam.instance.renamed': (event, tables) =>
      touch(event, tables, namedBy(event.payload.name, event.instance)),
    'iam.instance.default_language_changed': (event, tables) =>
      touch(event, tables, { language: event.payload.language }),
    'iam.instance.default_organization_changed': (event, tables) =>
      touch(event, tables, {
        default_organization: event.payload.organization,
      }),
    'iam.instance.domain_added': (event, tables) => {
      touch(event, tables);
      tables.domains.upsert({
        instance_scope: event.aggregateId,
        domain: event.payload.domain,
        instance: event.instance,
        added_at: event.recordedAt,
      });
    },
    'iam.instance.domain_removed': (event, tables) => {
      touch(event, tables);
      const { domain } = event.payload;
      tables.domains.delete({ instance_scope: event.aggregateId, domain });
    },
    'iam.instance.primary_domain_changed': (event, tables) =>
      touch(event, tables, { primary_domain: event.payload.domain }),
    'iam.instance.set_up': (event, tables) =>
      touch(event, tables, { set_up: true }),
    'iam.instance.limits_changed': (event, tables) =>
      touch(event, tables, {
        blocked: event.payload.blocked,
        audit_days: event.payload.auditDays,
      }),
    'iam.instance.removal_started': (event, tables) =>
      touch(event, tables, { status: 'removing' }),
    'iam.instance.removed': (event, tables) => {
      touch(event, tables, {
        status: 'removed',
        gone: true,
        primary_domain: null,
      });
      const instance_scope = event.aggregateId;
      for (const row of tables.domains.find({ instance_scope })) {
        tables.domains.delete(row);
      }
    },
  },
});
