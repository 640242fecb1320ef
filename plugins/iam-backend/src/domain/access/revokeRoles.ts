import {
  accessIdOf,
  parseInput,
  subjectIdSchema,
} from '@callboard/plugin-iam-common';
import { z } from 'zod';
import type { CommandFields } from '../defineIamAggregate';
import { change, type UnitOfWork } from '../unitOfWork';
import { accessAggregate } from './access';

const ids = z.object({ subject: subjectIdSchema });

/** Takes roles away. Succeeds whether or not they were granted. */
export function* revokeRoles(
  command: CommandFields<typeof accessAggregate, 'RevokeRoles'>,
): UnitOfWork {
  const { subject } = parseInput(ids, command);
  yield* change(accessAggregate, accessIdOf(subject), {
    ...command,
    kind: 'RevokeRoles',
  });
}

/** Writes down that the time of a grant is over. */
export function* expireRole(
  command: CommandFields<typeof accessAggregate, 'ExpireRole'>,
): UnitOfWork {
  const { subject } = parseInput(ids, command);
  yield* change(accessAggregate, accessIdOf(subject), {
    ...command,
    kind: 'ExpireRole',
  });
}
