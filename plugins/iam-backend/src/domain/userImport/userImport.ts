/**
 * How far an import of users has come. Its events are stored together with the
 * users, so whoever goes on with it after a crash knows exactly where.
 *
 * `none → running → completed`.
 */
import {
  organizationIdSchema,
  refusal,
  type OrganizationId,
} from '@callboard/plugin-iam-common';
import { z } from 'zod';
import { defineIamAggregate, rulesFor } from '../defineIamAggregate';
import {
  userImportCompleted,
  userImportEvents,
  userImportProgressed,
  userImportStarted,
} from './events';

export interface UserImportState {
  readonly status: 'none' | 'running' | 'completed';
  readonly organization?: OrganizationId;
  readonly format?: 'csv' | 'jsonl';
  readonly activate: boolean;
  /** The last row that has been dealt with; 0 before the first. */
  readonly through: number;
  readonly failed: number;
}

/** Rows in one step. */
const MAX_IMPORT_STEP = 200;

const rule = rulesFor<UserImportState>();

const rules = {
  /** Again with the same: goes on. */
  Start: rule(
    {
      organization: organizationIdSchema,
      format: z.enum(['csv', 'jsonl']),
      activate: z.boolean(),
    },
    (state, input) => {
      if (state.status === 'none') {
        return [userImportStarted.of(input)];
      }
      const field = (['organization', 'format', 'activate'] as const).find(
        each => state[each] !== input[each],
      );
      if (field) {
        throw refusal('iam.user_import.different', field);
      }
      return [];
    },
  ),

  /** Each row once, in order. */
  Progress: rule(
    {
      from: z.int().min(1),
      through: z.int().min(1),
      failed: z
        .array(
          z.strictObject({
            row: z.int().min(1),
            code: z.string().max(200),
            field: z.string().max(500).optional(),
          }),
        )
        .max(MAX_IMPORT_STEP),
    },
    (state, input) => {
      if (state.status !== 'running' || state.through !== input.from - 1) {
        throw refusal('iam.user_import.elsewhere');
      }
      return [userImportProgressed.of(input)];
    },
  ),

  Complete: rule({}, state => {
    if (state.status === 'completed') {
      return [];
    }
    if (state.status === 'none') {
      throw refusal('iam.user_import.not_found');
    }
    const { through: rows, failed } = state;
    return [userImportCompleted.of({ rows, added: rows - failed, failed })];
  }),
};

export const userImportAggregate = defineIamAggregate({
  type: 'iam.user_import',
  events: userImportEvents,
  initial: (): UserImportState => ({
    status: 'none' as const,
    activate: false,
    through: 0,
    failed: 0,
  }),
  evolve: {
    'iam.user_import.started': (state, { payload }) => ({
      ...state,
      ...payload,
      status: 'running' as const,
    }),
    'iam.user_import.progressed': (state, { payload }) => ({
      ...state,
      through: payload.through,
      failed: state.failed + payload.failed.length,
    }),
    'iam.user_import.completed': state => ({
      ...state,
      status: 'completed' as const,
    }),
  },
  rules,
});
