/** Some rows of an import, as one append: users, and how far it has come. */
import {
  CommandRejectedError,
  type AggregateId,
} from '@callboard/plugin-eventstore-common';
import type { OrganizationId, UserId } from '@callboard/plugin-iam-common';
import { change, type UnitOfWork } from '../domain/unitOfWork';
import { addHuman } from '../domain/user/addUser';
import { changeUser } from '../domain/user/changeUser';
import { userImportAggregate } from '../domain/userImport/userImport';
import type { ImportRow } from './importRow';

/** Why a row made no user. */
export interface FailedRow {
  readonly row: number;
  readonly code: string;
  readonly field?: string;
}

/** A row that fits the schema, and the user that it becomes. */
export interface ReadyRow {
  readonly row: number;
  readonly user: UserId;
  readonly fields: ImportRow;
}

export interface ImportStep {
  readonly import: AggregateId;
  readonly organization: OrganizationId;
  /** Their e-mail addresses count as verified, and they can sign in. */
  readonly activate: boolean;
  readonly from: number;
  readonly through: number;
  readonly rows: readonly ReadyRow[];
  readonly failed: readonly FailedRow[];
}

/** A row was refused while it was decided. */
export class RowRefusedError extends Error {
  readonly row: number;
  override readonly cause: CommandRejectedError;

  constructor(row: number, cause: CommandRejectedError) {
    super(`Row ${row} was refused`);
    this.row = row;
    this.cause = cause;
  }
}

/** Adds one person, as an import does. */
export function* addImported(
  { organization, activate }: Pick<ImportStep, 'organization' | 'activate'>,
  { user, fields }: ReadyRow,
): UnitOfWork {
  yield* addHuman({ user, organization, ...fields });
  if (activate) {
    const proof = { by: 'administrator' } as const;
    yield* changeUser({ kind: 'VerifyEmail', user, proof });
    yield* changeUser({ kind: 'Activate', user });
  }
}

/** @throws RowRefusedError when a row is refused */
export function* runImportStep(step: ImportStep): UnitOfWork {
  // First, so that rows which another run has dealt with are not tried.
  yield* change(userImportAggregate, step.import, {
    kind: 'Progress',
    from: step.from,
    through: step.through,
    failed: [...step.failed],
  });
  for (const row of step.rows) {
    try {
      yield* addImported(step, row);
    } catch (error) {
      // What is wrong with the organization is wrong for all of them.
      throw error instanceof CommandRejectedError &&
        error.field !== 'organization'
        ? new RowRefusedError(row.row, error)
        : error;
    }
  }
}
