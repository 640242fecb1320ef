/** Organizations with their domains. */
import type { EventEnvelope } from '@callboard/plugin-eventstore-common';
import {
  column,
  defineProjection,
  defineTable,
  type RowOf,
  type Writers,
} from '@callboard/plugin-eventstore-node';
import {
  organizationAdded,
  organizationDeactivated,
  organizationDomainAdded,
  organizationDomainChallenged,
  organizationDomainCheckFailed,
  organizationDomainRemoved,
  organizationDomainVerified,
  organizationMetadataRemoved,
  organizationMetadataSet,
  organizationPrimaryDomainChanged,
  organizationReactivated,
  organizationRemovalStarted,
  organizationRemoved,
  organizationRenamed,
  organizationSlugChanged,
} from '@callboard/plugin-iam-common';
import { namedBy, namedColumns, namedIndexes } from './named';

const organizations = defineTable({
  columns: {
    id: column.text(),
    instance: column.text(),
    ...namedColumns(),
    primary_domain: column.text().nullable(),
  },
  key: ['id'],
  indexes: namedIndexes(['instance']),
  history: true,
});

const domains = defineTable({
  columns: {
    organization: column.text(),
    domain: column.text(),
    verified: column.boolean(),
    /** How: `dns`, `http`, `transfer` or `waived`. */
    method: column.text().nullable(),
    /** What proves it once it is published; no secret. */
    challenge: column
      .json<{ method: string; token: string; expiresAt: string }>()
      .nullable(),
    /** Why the last check failed. */
    failure: column.text().nullable(),
    added_at: column.timestamp(),
  },
  key: ['organization', 'domain'],
  indexes: [{ on: ['domain'] }],
  history: true,
});

const metadata = defineTable({
  columns: {
    organization: column.text(),
    key: column.text(),
    value: column.text(),
  },
  key: ['organization', 'key'],
  history: true,
});

const organizationTables = { organizations, domains, metadata };

export type OrganizationTables = typeof organizationTables;

type Event = Pick<EventEnvelope, 'aggregateId' | 'recordedAt'>;
type Tables = Writers<OrganizationTables>;

function touch(
  event: Event,
  tables: Tables,
  changes: Partial<RowOf<typeof organizations>> = {},
): void {
  tables.organizations.patch(
    { id: event.aggregateId },
    { ...changes, changed_at: event.recordedAt },
  );
}

const status = (value: string) => (event: Event, tables: Tables) =>
  touch(event, tables, { status: value });

function patchDomain(
  event: Event & { payload: { domain: string } },
  tables: Tables,
  changes: Partial<RowOf<typeof domains>>,
): void {
  touch(event, tables);
  const { domain } = event.payload;
  tables.domains.patch({ organization: event.aggregateId, domain }, changes);
}

export const organizationsProjection = defineProjection({
  name: 'organizations',
  version: 1,
  tables: organizationTables,
  events: [
    organizationAdded,
    organizationRenamed,
    organizationSlugChanged,
    organizationMetadataSet,
    organizationMetadataRemoved,
    organizationDomainAdded,
    organizationDomainChallenged,
    organizationDomainVerified,
    organizationDomainCheckFailed,
    organizationDomainRemoved,
    organizationPrimaryDomainChanged,
    organizationDeactivated,
    organizationReactivated,
    organizationRemovalStarted,
    organizationRemoved,
  ] as const,
  on: {
    'iam.organization.added': (event, tables) =>
      tables.organizations.upsert({
        id: event.aggregateId,
        instance: event.instance,
        ...namedBy(event.payload),
        status: 'active',
        gone: false,
        created_at: event.recordedAt,
        changed_at: event.recordedAt,
      }),
    'iam.organization.renamed': (event, tables) =>
      tables.organizations.patch({ id: event.aggregateId }, row => ({
        ...namedBy({ ...row, name: event.payload.name }),
        changed_at: event.recordedAt,
      })),
    'iam.organization.slug_changed': (event, tables) =>
      tables.organizations.patch({ id: event.aggregateId }, row => ({
        ...namedBy({ ...row, slug: event.payload.slug }),
        changed_at: event.recordedAt,
      })),
    'iam.organization.metadata_set': (event, tables) => {
      touch(event, tables);
      const { key, value } = event.payload;
      tables.metadata.upsert({ organization: event.aggregateId, key, value });
    },
    'iam.organization.metadata_removed': (event, tables) => {
      touch(event, tables);
      const { key } = event.payload;
      tables.metadata.delete({ organization: event.aggregateId, key });
    },
    'iam.organization.domain_added': (event, tables) => {
      touch(event, tables);
      tables.domains.upsert({
        organization: event.aggregateId,
        domain: event.payload.domain,
        verified: false,
        added_at: event.recordedAt,
      });
    },
    'iam.organization.domain_challenged': (event, tables) => {
      const { method, token, expiresAt } = event.payload;
      const challenge = { method, token, expiresAt };
      patchDomain(event, tables, { challenge, failure: null });
    },
    'iam.organization.domain_verified': (event, tables) =>
      patchDomain(event, tables, {
        verified: true,
        method: event.payload.method,
        challenge: null,
        failure: null,
      }),
    'iam.organization.domain_check_failed': (event, tables) =>
      patchDomain(event, tables, { failure: event.payload.reason }),
    'iam.organization.domain_removed': (event, tables) => {
      touch(event, tables);
      const { domain } = event.payload;
      tables.domains.delete({ organization: event.aggregateId, domain });
    },
    'iam.organization.primary_domain_changed': (event, tables) =>
      touch(event, tables, { primary_domain: event.payload.domain }),
    'iam.organization.deactivated': status('inactive'),
    'iam.organization.reactivated': status('active'),
    'iam.organization.removal_started': status('removing'),
    'iam.organization.removed': (event, tables) => {
      touch(event, tables, {
        status: 'removed',
        gone: true,
        primary_domain: null,
      });
      const organization = event.aggregateId;
      for (const row of tables.domains.find({ organization })) {
        tables.domains.delete(row);
      }
      for (const row of tables.metadata.find({ organization })) {
        tables.metadata.delete(row);
      }
    },
  },
});
