import {
  CommandRejectedError,
  type InstanceId,
} from '@callboard/plugin-eventstore-common';
import { deriveAggregateId } from '@callboard/plugin-eventstore-node';
import {
  emailAddressSchema,
  languageSchema,
  parseInput,
  personNameSchema,
  usernameSchema,
  type UserId,
} from '@callboard/plugin-iam-common';
import { z } from 'zod';
import type { FailedRow, ReadyRow } from './importStep';
import type { Row } from './readRows';

const schema = z.strictObject({
  username: usernameSchema,
  email: emailAddressSchema,
  givenName: personNameSchema,
  familyName: personNameSchema,
  displayName: personNameSchema.optional(),
  language: languageSchema.optional(),
});

/** What a row says of a person. */
export type ImportRow = Omit<z.output<typeof schema>, 'displayName'> & {
  readonly displayName: string;
};

/**
 * The user that a row of an import becomes: the same whenever it is tried.
 */
export function userOf(
  instance: InstanceId,
  importId: string,
  row: number,
): UserId {
  return deriveAggregateId(
    'iam.user',
    instance,
    importId,
    String(row),
  ) as UserId;
}

/** Checks a row field by field. */
export function checkRow(
  read: Row,
  row: number,
  user: UserId,
): ReadyRow | FailedRow {
  if ('code' in read) {
    return { row, code: read.code };
  }
  try {
    const { displayName, ...fields } = parseInput(schema, read.fields);
    const { givenName, familyName } = fields;
    return {
      row,
      user,
      fields: {
        ...fields,
        displayName:
          displayName ?? `${givenName} ${familyName}`.slice(0, 200).trim(),
      },
    };
  } catch (error) {
    return toFailure(row, error);
  }
}

/** @throws the error itself when it is no refusal */
export function toFailure(row: number, error: unknown): FailedRow {
  if (!(error instanceof CommandRejectedError)) {
    throw error;
  }
  const { code, field } = error;
  return { row, code, ...(field === undefined ? {} : { field }) };
}
