/** People and machines: who they are, how to reach them, what they sign in with. */
import {
  isErased,
  subjectErased,
  type EventEnvelope,
} from '@callboard/plugin-eventstore-common';
import {
  column,
  defineProjection,
  defineTable,
  type RowOf,
  type Writers,
} from '@callboard/plugin-eventstore-node';
import {
  avatarChanged,
  avatarRemoved,
  emailChanged,
  emailVerified,
  humanAdded,
  loginNameKey,
  machineAdded,
  machineChanged,
  phoneChanged,
  phoneRemoved,
  phoneVerified,
  profileChanged,
  userActivated,
  userDeactivated,
  userErased,
  userLocked,
  userMetadataRemoved,
  userMetadataSet,
  usernameChanged,
  userReactivated,
  userRemoved,
  userUnlocked,
} from '@callboard/plugin-iam-common';
import {
  keyAdded,
  keyRemoved,
  secretRemoved,
  secretSet,
  tokenAdded,
  tokenRevoked,
  userInvited,
} from '../domain/user/events';
import { personalSearchColumns, searchText, sortKey } from './searchText';

const users = defineTable({
  columns: {
    id: column.text(),
    instance: column.text(),
    organization: column.text(),
    /** `human` or `machine`. */
    type: column.text(),
    status: column.text(),
    /** Removed or erased. */
    gone: column.boolean(),
    username: column.text().personal(),
    /** Of a person; of a machine its name. */
    display_name: column.text().personal(),
    given_name: column.text().personal(),
    family_name: column.text().personal(),
    language: column.text().personal(),
    /** Of a machine. */
    description: column.text().personal(),
    email: column.text().personal(),
    email_verified: column.boolean(),
    phone: column.text().personal(),
    phone_verified: column.boolean(),
    /** The digest of their picture. */
    avatar: column.text().personal(),
    lock_reason: column.text().nullable(),
    locked_until: column.timestamp().nullable(),
    has_secret: column.boolean(),
    /** SHA-256 of the client secret, by which the machine that shows it is found. */
    secret_digest: column.text().nullable(),
    created_at: column.timestamp(),
    changed_at: column.timestamp(),
    username_key: column.text().personal(),
    email_key: column.text().personal(),
    sort_name: column.text().personal(),
    ...personalSearchColumns(),
  },
  key: ['id'],
  indexes: [
    ...['instance', 'organization'].flatMap(within => [
      {
        on: [
          within,
          'gone',
          // Names in the past may have been erased since.
          `(coalesce(sort_name, '')) COLLATE "C"`,
          'id COLLATE "C"',
        ],
      },
      { on: [within, 'gone', 'created_at', 'id COLLATE "C"'] },
    ]),
    { on: ['instance', 'username_key'] },
    { on: ['instance', 'email_key'] },
    { on: ['secret_digest'] },
    { on: ['pieces'], using: 'gin' },
  ],
  history: true,
});

const metadata = defineTable({
  columns: {
    user: column.text(),
    key: column.text(),
    value: column.text().personal(),
  },
  key: ['user', 'key'],
  history: true,
});

const keys = defineTable({
  columns: {
    user: column.text(),
    key: column.text(),
    public_key: column.json(),
    created_at: column.timestamp(),
    expires_at: column.timestamp(),
  },
  key: ['user', 'key'],
  history: true,
});

const tokens = defineTable({
  columns: {
    user: column.text(),
    token: column.text(),
    name: column.text(),
    /** SHA-256 of the token, by which whoever shows it is found. */
    digest: column.text(),
    scopes: column.texts(),
    created_at: column.timestamp(),
    expires_at: column.timestamp(),
  },
  key: ['user', 'token'],
  indexes: [{ on: ['digest'] }],
  history: true,
});

const userTables = { users, metadata, keys, tokens };

export type UserTables = typeof userTables;

type Tables = Writers<UserTables>;
type User = RowOf<typeof users>;
type Event = Pick<EventEnvelope, 'aggregateId' | 'recordedAt'>;

/** What a personal field says; null once it is erased. */
function personal(value: unknown): string | null {
  return isErased(value) || value === undefined ? null : (value as string);
}

/** What follows from the names and addresses of a user. */
function derived(user: {
  readonly [K in
    | 'username'
    | 'display_name'
    | 'given_name'
    | 'family_name'
    | 'email']: string | null;
}) {
  const { username, display_name, given_name, family_name, email } = user;
  const texts = [username, display_name, given_name, family_name, email].filter(
    text => text !== null,
  );
  const { search, pieces } = searchText(texts);
  const erased = texts.length === 0;
  return {
    username_key: username === null ? null : loginNameKey(username),
    email_key: email === null ? null : loginNameKey(email),
    sort_name: display_name === null ? null : sortKey(display_name),
    search: erased ? null : search,
    pieces: erased ? null : pieces,
  };
}

/** Changes a user, and what follows from it. */
function change(
  event: Event,
  { users: writer }: Tables,
  changes: Partial<User>,
): void {
  writer.patch({ id: event.aggregateId }, row => {
    const after = { ...row, ...changes };
    return { ...changes, ...derived(after), changed_at: event.recordedAt };
  });
}

/** Changes something of a user that isn't searched for. */
function touch(
  event: Event,
  { users: writer }: Tables,
  changes: Partial<User> = {},
): void {
  writer.patch(
    { id: event.aggregateId },
    { ...changes, changed_at: event.recordedAt },
  );
}

const status = (value: string) => (event: Event, tables: Tables) =>
  touch(event, tables, {
    status: value,
    lock_reason: null,
    locked_until: null,
  });

/** Nothing they sign in with works any more. */
const go = (value: string) => (event: Event, tables: Tables) => {
  touch(event, tables, {
    status: value,
    gone: true,
    lock_reason: null,
    locked_until: null,
    has_secret: false,
    secret_digest: null,
  });
  const user = event.aggregateId;
  tables.metadata.find({ user }).forEach(row => tables.metadata.delete(row));
  tables.keys.find({ user }).forEach(row => tables.keys.delete(row));
  tables.tokens.find({ user }).forEach(row => tables.tokens.delete(row));
};

export const usersProjection = defineProjection({
  name: 'users',
  version: 2,
  tables: userTables,
  events: [
    humanAdded,
    machineAdded,
    userInvited,
    userActivated,
    usernameChanged,
    profileChanged,
    machineChanged,
    emailChanged,
    emailVerified,
    phoneChanged,
    phoneVerified,
    phoneRemoved,
    userMetadataSet,
    userMetadataRemoved,
    avatarChanged,
    avatarRemoved,
    secretSet,
    secretRemoved,
    keyAdded,
    keyRemoved,
    tokenAdded,
    tokenRevoked,
    userDeactivated,
    userReactivated,
    userLocked,
    userUnlocked,
    userRemoved,
    userErased,
    subjectErased,
  ] as const,
  on: {
    'iam.user.human_added': (event, tables) => {
      const { payload } = event;
      const names = {
        username: personal(payload.username),
        display_name: personal(payload.displayName),
        given_name: personal(payload.givenName),
        family_name: personal(payload.familyName),
        email: personal(payload.email),
      };
      tables.users.upsert({
        ...added(event),
        type: 'human',
        organization: payload.organization,
        language: personal(payload.language),
        ...names,
        ...derived(names),
      });
    },
    'iam.user.machine_added': (event, tables) => {
      const { payload } = event;
      const names = {
        username: personal(payload.username),
        display_name: personal(payload.name),
        given_name: null,
        family_name: null,
        email: null,
      };
      tables.users.upsert({
        ...added(event),
        type: 'machine',
        organization: payload.organization,
        description: personal(payload.description),
        ...names,
        ...derived(names),
      });
    },
    'iam.user.invited': status('invited'),
    'iam.user.activated': status('active'),
    'iam.user.username_changed': (event, tables) =>
      change(event, tables, { username: personal(event.payload.username) }),
    'iam.user.profile_changed': (event, tables) =>
      change(event, tables, {
        display_name: personal(event.payload.displayName),
        given_name: personal(event.payload.givenName),
        family_name: personal(event.payload.familyName),
        language: personal(event.payload.language),
      }),
    'iam.user.machine_changed': (event, tables) =>
      change(event, tables, {
        display_name: personal(event.payload.name),
        description: personal(event.payload.description),
      }),
    'iam.user.email_changed': (event, tables) =>
      change(event, tables, {
        email: personal(event.payload.email),
        email_verified: false,
      }),
    'iam.user.email_verified': (event, tables) =>
      touch(event, tables, { email_verified: true }),
    'iam.user.phone_changed': (event, tables) =>
      touch(event, tables, {
        phone: personal(event.payload.phone),
        phone_verified: false,
      }),
    'iam.user.phone_verified': (event, tables) =>
      touch(event, tables, { phone_verified: true }),
    'iam.user.phone_removed': (event, tables) =>
      touch(event, tables, { phone: null, phone_verified: false }),
    'iam.user.metadata_set': (event, tables) => {
      touch(event, tables);
      tables.metadata.upsert({
        user: event.aggregateId,
        key: event.payload.key,
        value: event.payload.value,
      });
    },
    'iam.user.metadata_removed': (event, tables) => {
      touch(event, tables);
      const { key } = event.payload;
      tables.metadata.delete({ user: event.aggregateId, key });
    },
    'iam.user.avatar_changed': (event, tables) =>
      touch(event, tables, { avatar: personal(event.payload.image) }),
    'iam.user.avatar_removed': (event, tables) =>
      touch(event, tables, { avatar: null }),
    'iam.user.secret_set': (event, tables) =>
      touch(event, tables, {
        has_secret: true,
        secret_digest: event.payload.digest,
      }),
    'iam.user.secret_removed': (event, tables) =>
      touch(event, tables, { has_secret: false, secret_digest: null }),
    'iam.user.key_added': (event, tables) => {
      const { key, publicKey, expiresAt } = event.payload;
      tables.keys.upsert({
        user: event.aggregateId,
        key,
        public_key: publicKey as never,
        created_at: event.recordedAt,
        expires_at: expiresAt,
      });
    },
    'iam.user.key_removed': (event, tables) =>
      tables.keys.delete({
        user: event.aggregateId,
        key: event.payload.key,
      }),
    'iam.user.token_added': (event, tables) => {
      const { token, name, digest, scopes, expiresAt } = event.payload;
      tables.tokens.upsert({
        user: event.aggregateId,
        token,
        name,
        digest,
        scopes,
        created_at: event.recordedAt,
        expires_at: expiresAt,
      });
    },
    'iam.user.token_revoked': (event, tables) =>
      tables.tokens.delete({
        user: event.aggregateId,
        token: event.payload.token,
      }),
    'iam.user.deactivated': status('inactive'),
    'iam.user.reactivated': status('active'),
    'iam.user.locked': (event, tables) =>
      touch(event, tables, {
        status: 'locked',
        lock_reason: event.payload.reason,
        locked_until: event.payload.until ?? null,
      }),
    'iam.user.unlocked': status('active'),
    'iam.user.removed': go('removed'),
    'iam.user.erased': go('erased'),
    'eventstore.subject.erased': (event, tables) => {
      const { subject } = event.payload;
      tables.users.erase({ id: subject });
      tables.metadata.erase({ user: subject });
    },
  },
});

function added(event: Event & Pick<EventEnvelope, 'instance'>) {
  return {
    id: event.aggregateId,
    instance: event.instance,
    status: 'initial',
    gone: false,
    email_verified: false,
    phone_verified: false,
    has_secret: false,
    created_at: event.recordedAt,
    changed_at: event.recordedAt,
  };
}
