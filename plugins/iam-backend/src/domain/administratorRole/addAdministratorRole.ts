import {
  administratorRoleIdSchema,
  organizationIdSchema,
  parseInput,
} from '@callboard/plugin-iam-common';
import { z } from 'zod';
import type { CommandFields } from '../defineIamAggregate';
import { readActiveInstance } from '../instance/currentInstance';
import { organizationAggregate } from '../organization/organization';
import { requireActiveOrganization } from '../organization/status';
import { change, read, type UnitOfWork } from '../unitOfWork';
import { administratorRoleAggregate } from './administratorRole';

const ids = z.object({
  administratorRole: administratorRoleIdSchema,
  organization: organizationIdSchema.optional(),
});

/** Defines an administrator role, of the instance or of an organization. */
export function* addAdministratorRole(
  command: { readonly administratorRole: string } & CommandFields<
    typeof administratorRoleAggregate,
    'Add'
  >,
): UnitOfWork {
  const { administratorRole, organization } = parseInput(ids, command);
  const { administratorRole: _id, ...fields } = command;
  if (organization) {
    requireActiveOrganization(yield* read(organizationAggregate, organization));
  } else {
    yield* readActiveInstance();
  }
  yield* change(administratorRoleAggregate, administratorRole, {
    kind: 'Add',
    ...fields,
  });
}
