import { organizationIdSchema, parseInput } from '@callboard/plugin-iam-common';
import { z } from 'zod';
import type { CommandFields } from '../defineIamAggregate';
import { readActiveInstance } from '../instance/currentInstance';
import { change, type UnitOfWork } from '../unitOfWork';
import { organizationAggregate } from './organization';

const ids = z.object({ organization: organizationIdSchema });

/** Adds an organization to an instance that is not being removed. */
export function* addOrganization(
  command: { readonly organization: string } & CommandFields<
    typeof organizationAggregate,
    'Add'
  >,
): UnitOfWork {
  const { organization } = parseInput(ids, command);
  const { organization: _id, ...fields } = command;
  yield* readActiveInstance();
  yield* change(organizationAggregate, organization, {
    kind: 'Add',
    ...fields,
  });
}
