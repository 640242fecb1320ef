/**
 * Organizations, groups and people with what the catalog shows of them, in the
 * catalog's own database.
 *
 * Every row knows the position at which it last changed, so that what has
 * changed since a position is found by an index. Whoever is gone leaves a row
 * without any personal data.
 */
import {
  subjectErased,
  type EventEnvelope,
} from '@callboard/plugin-eventstore-common';
import {
  column,
  defineProjection,
  defineTable,
  type Writers,
} from '@callboard/plugin-eventstore-node';
import {
  emailChanged,
  groupAdded,
  groupChanged,
  groupDropped,
  groupJoined,
  groupLeft,
  groupRemoved,
  humanAdded,
  machineAdded,
  machineChanged,
  organizationAdded,
  organizationRemoved,
  organizationRenamed,
  organizationSlugChanged,
  profileChanged,
  accessClosed,
  subgroupAdded,
  subgroupRemoved,
  userErased,
  userRemoved,
} from '@callboard/plugin-iam-common';

const organizations = defineTable({
  columns: {
    id: column.text(),
    instance: column.text(),
    name: column.text(),
    slug: column.text(),
    gone: column.boolean(),
    changed: column.integer(),
    /** When what is named after it last had to be named anew. */
    renamed: column.integer(),
  },
  key: ['id'],
  indexes: [{ on: ['changed'] }, { on: ['renamed'] }],
});

const groups = defineTable({
  columns: {
    id: column.text(),
    instance: column.text(),
    organization: column.text(),
    name: column.text(),
    slug: column.text(),
    description: column.text().nullable(),
    gone: column.boolean(),
    changed: column.integer(),
    /** When those who refer to it last had to refer to it anew. */
    renamed: column.integer(),
  },
  key: ['id'],
  indexes: [
    { on: ['changed'] },
    { on: ['renamed'] },
    { on: ['organization', 'id'] },
  ],
});

const users = defineTable({
  columns: {
    id: column.text(),
    instance: column.text(),
    organization: column.text(),
    /** `human` or `machine`. */
    type: column.text(),
    display_name: column.text().personal(),
    email: column.text().personal(),
    gone: column.boolean(),
    changed: column.integer(),
  },
  key: ['id'],
  indexes: [{ on: ['changed'] }, { on: ['organization', 'id'] }],
});

const memberships = defineTable({
  columns: { member: column.text(), group_id: column.text() },
  key: ['member', 'group_id'],
  indexes: [{ on: ['group_id', 'member'] }],
});

const nestings = defineTable({
  columns: { parent: column.text(), child: column.text() },
  key: ['parent', 'child'],
  indexes: [{ on: ['child', 'parent'] }],
});

const tables = { organizations, groups, users, memberships, nestings };

export type DirectoryTables = typeof tables;

type Event = Pick<EventEnvelope, 'aggregateId' | 'instance' | 'position'>;
type Directory = Writers<DirectoryTables>;

const touched = ({ position }: Event) => ({ changed: position });
const renamed = ({ position }: Event) => ({
  changed: position,
  renamed: position,
});

/** A group is drawn with those in it, and one at the top with its organization. */
function touchGroups(event: Event, to: Directory, ...ids: string[]): void {
  ids.forEach(id => to.groups.patchIfPresent({ id }, touched(event)));
}

function unnest(
  event: Event,
  to: Directory,
  edge: { parent: string; child: string },
): void {
  const { parent, child } = edge;
  to.nestings.delete({ parent, child });
  touchGroups(event, to, parent, child);
}

function dropGroup(event: Event, to: Directory, group: string): void {
  [
    ...to.nestings.find({ parent: group }),
    ...to.nestings.find({ child: group }),
  ].forEach(edge => unnest(event, to, edge));
}

function leaveAll(event: Event, to: Directory, member: string): void {
  to.memberships.find({ member }).forEach(row => to.memberships.delete(row));
  to.users.patchIfPresent({ id: member }, touched(event));
}

const goneUser = (event: Event, to: Directory) => {
  leaveAll(event, to, event.aggregateId);
  to.users.patch(
    { id: event.aggregateId },
    { ...touched(event), gone: true, display_name: null, email: null },
  );
};

export const directoryProjection = defineProjection({
  name: 'iam_directory',
  version: 1,
  tables,
  events: [
    organizationAdded,
    organizationRenamed,
    organizationSlugChanged,
    organizationRemoved,
    groupAdded,
    groupChanged,
    groupRemoved,
    subgroupAdded,
    subgroupRemoved,
    groupDropped,
    humanAdded,
    machineAdded,
    profileChanged,
    machineChanged,
    emailChanged,
    userRemoved,
    userErased,
    groupJoined,
    groupLeft,
    accessClosed,
    subjectErased,
  ] as const,
  on: {
    'iam.organization.added': (event, to) =>
      to.organizations.upsert({
        id: event.aggregateId,
        instance: event.instance,
        name: event.payload.name,
        slug: event.payload.slug,
        gone: false,
        ...renamed(event),
      }),
    'iam.organization.renamed': (event, to) =>
      to.organizations.patch(
        { id: event.aggregateId },
        { name: event.payload.name, ...touched(event) },
      ),
    'iam.organization.slug_changed': (event, to) =>
      to.organizations.patch(
        { id: event.aggregateId },
        { slug: event.payload.slug, ...renamed(event) },
      ),
    'iam.organization.removed': (event, to) =>
      to.organizations.patch(
        { id: event.aggregateId },
        { gone: true, ...renamed(event) },
      ),

    'iam.group.added': (event, to) =>
      to.groups.upsert({
        id: event.aggregateId,
        instance: event.instance,
        organization: event.payload.organization,
        name: event.payload.name,
        slug: event.payload.slug,
        description: event.payload.description,
        gone: false,
        ...renamed(event),
      }),
    'iam.group.changed': (event, to) =>
      to.groups.patch({ id: event.aggregateId }, ({ slug }) => ({
        name: event.payload.name,
        slug: event.payload.slug,
        description: event.payload.description ?? null,
        ...(slug === event.payload.slug ? touched(event) : renamed(event)),
      })),
    'iam.group.removed': (event, to) => {
      dropGroup(event, to, event.aggregateId);
      to.groups.patch(
        { id: event.aggregateId },
        { gone: true, ...renamed(event) },
      );
    },
    'iam.group_hierarchy.subgroup_added': (event, to) => {
      const { parent, child } = event.payload;
      to.nestings.upsert({ parent, child });
      touchGroups(event, to, parent, child);
    },
    'iam.group_hierarchy.subgroup_removed': (event, to) =>
      unnest(event, to, event.payload),
    'iam.group_hierarchy.group_dropped': (event, to) =>
      dropGroup(event, to, event.payload.group),

    'iam.user.human_added': (event, to) =>
      to.users.upsert({
        id: event.aggregateId,
        instance: event.instance,
        organization: event.payload.organization,
        type: 'human',
        display_name: event.payload.displayName,
        email: event.payload.email,
        gone: false,
        ...touched(event),
      }),
    'iam.user.machine_added': (event, to) =>
      to.users.upsert({
        id: event.aggregateId,
        instance: event.instance,
        organization: event.payload.organization,
        type: 'machine',
        display_name: event.payload.name,
        gone: false,
        ...touched(event),
      }),
    'iam.user.profile_changed': (event, to) =>
      to.users.patch(
        { id: event.aggregateId },
        { display_name: event.payload.displayName, ...touched(event) },
      ),
    'iam.user.machine_changed': (event, to) =>
      to.users.patch(
        { id: event.aggregateId },
        { display_name: event.payload.name, ...touched(event) },
      ),
    'iam.user.email_changed': (event, to) =>
      to.users.patch(
        { id: event.aggregateId },
        { email: event.payload.email, ...touched(event) },
      ),
    'iam.user.removed': goneUser,
    'iam.user.erased': goneUser,

    'iam.access.group_joined': (event, to) => {
      const { subject: member, group: group_id } = event.payload;
      to.memberships.upsert({ member, group_id });
      to.users.patchIfPresent({ id: member }, touched(event));
    },
    'iam.access.group_left': (event, to) => {
      const { subject: member, group: group_id } = event.payload;
      to.memberships.delete({ member, group_id });
      to.users.patchIfPresent({ id: member }, touched(event));
    },
    'iam.access.closed': (event, to) =>
      leaveAll(event, to, event.payload.subject),

    'eventstore.subject.erased': (event, to) => {
      const { subject } = event.payload;
      to.users.erase({ id: subject });
      to.users.patchIfPresent(
        { id: subject },
        { gone: true, ...touched(event) },
      );
    },
  },
});
