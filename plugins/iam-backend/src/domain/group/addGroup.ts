import {
  groupIdSchema,
  organizationIdSchema,
  parseInput,
} from '@callboard/plugin-iam-common';
import { z } from 'zod';
import type { CommandFields } from '../defineIamAggregate';
import { organizationAggregate } from '../organization/organization';
import { requireActiveOrganization } from '../organization/status';
import { change, read, type UnitOfWork } from '../unitOfWork';
import { groupAggregate } from './group';

const ids = z.object({
  group: groupIdSchema,
  organization: organizationIdSchema,
});

/** Adds a group to an organization. */
export function* addGroup(
  command: { readonly group: string } & CommandFields<
    typeof groupAggregate,
    'Add'
  >,
): UnitOfWork {
  const { group, organization } = parseInput(ids, command);
  const { group: _id, ...fields } = command;
  requireActiveOrganization(yield* read(organizationAggregate, organization));
  yield* change(groupAggregate, group, { kind: 'Add', ...fields });
}
