/** What instances and organizations have decided; labels are a kind of it. */
import { actorKey } from '@callboard/plugin-eventstore-common';
import {
  column,
  defineProjection,
  defineTable,
} from '@callboard/plugin-eventstore-node';
import {
  policyClosed,
  policyReset,
  policySet,
} from '@callboard/plugin-iam-common';

const policies = defineTable({
  columns: {
    /** An instance's scope or an organization. */
    owner: column.text(),
    kind: column.text(),
    instance: column.text(),
    settings: column.json<Readonly<Record<string, unknown>>>(),
    /** Of an instance: organizations cannot decide otherwise. */
    enforced: column.boolean(),
    since: column.timestamp(),
    decided_by: column.text(),
  },
  key: ['owner', 'kind'],
  history: true,
});

const policyTables = { policies };

export type PolicyTables = typeof policyTables;

export const policiesProjection = defineProjection({
  name: 'policies',
  version: 1,
  tables: policyTables,
  events: [policySet, policyReset, policyClosed] as const,
  on: {
    'iam.policy.set': (event, tables) => {
      const { owner, kind, settings, enforced } = event.payload;
      tables.policies.upsert({
        owner,
        kind,
        instance: event.instance,
        settings,
        enforced,
        since: event.recordedAt,
        decided_by: actorKey(event.actor),
      });
    },
    'iam.policy.reset': (event, tables) => {
      const { owner, kind } = event.payload;
      tables.policies.delete({ owner, kind });
    },
    'iam.policy.closed': (event, tables) => {
      const { owner } = event.payload;
      for (const { kind } of tables.policies.find({ owner })) {
        tables.policies.delete({ owner, kind });
      }
    },
  },
});
