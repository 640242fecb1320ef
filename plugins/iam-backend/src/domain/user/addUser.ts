import {
  organizationIdSchema,
  parseInput,
  userIdSchema,
} from '@callboard/plugin-iam-common';
import { z } from 'zod';
import type { CommandFields } from '../defineIamAggregate';
import { organizationAggregate } from '../organization/organization';
import { requireActiveOrganization } from '../organization/status';
import { change, read, type UnitOfWork } from '../unitOfWork';
import { requireEmailDomain } from './emailDomain';
import { userAggregate } from './user';

const ids = z.object({
  user: userIdSchema,
  organization: organizationIdSchema,
});

/** Adds a person to an organization. They cannot sign in yet. */
export function* addHuman(
  command: { readonly user: string } & CommandFields<
    typeof userAggregate,
    'AddHuman'
  >,
): UnitOfWork {
  const { user, organization } = parseInput(ids, command);
  const { user: _id, ...fields } = command;
  requireActiveOrganization(yield* read(organizationAggregate, organization));
  const added = yield* change(userAggregate, user, {
    kind: 'AddHuman',
    ...fields,
  });
  yield* requireEmailDomain(organization, String(added.email?.value));
}

/** Adds a machine to an organization. It is active at once. */
export function* addMachine(
  command: { readonly user: string } & CommandFields<
    typeof userAggregate,
    'AddMachine'
  >,
): UnitOfWork {
  const { user, organization } = parseInput(ids, command);
  const { user: _id, ...fields } = command;
  requireActiveOrganization(yield* read(organizationAggregate, organization));
  yield* change(userAggregate, user, { kind: 'AddMachine', ...fields });
}
