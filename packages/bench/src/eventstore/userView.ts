import {
  column,
  defineProjection,
  defineTable,
} from '@callboard/plugin-eventstore-node';
import { userAdded, userChanged } from './userEvents';

/**
 * Each user as it is, and how often it was changed.
 *
 * @param name - of the view; a new one is filled from the beginning of the log
 * @param history - keep past rows too
 */
export const userView = (name: string, history = false) =>
  defineProjection({
    name,
    version: 1,
    tables: {
      users: defineTable({
        columns: {
          id: column.text(),
          name: column.text(),
          changes: column.integer(),
          changed_at: column.timestamp(),
        },
        key: ['id'],
        history,
      }),
    },
    events: [userAdded, userChanged],
    on: {
      'bench.user.added': (event, { users }) =>
        users.upsert({
          id: event.aggregateId,
          name: event.payload.name,
          changes: 0,
          changed_at: event.recordedAt,
        }),
      'bench.user.changed': (event, { users }) =>
        users.patch({ id: event.aggregateId }, row => ({
          name: event.payload.name,
          changes: row.changes + 1,
          changed_at: event.recordedAt,
        })),
    },
  });
