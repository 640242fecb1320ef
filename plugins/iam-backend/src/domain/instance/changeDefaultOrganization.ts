import {
  instanceAggregateId,
  organizationIdSchema,
  parseInput,
} from '@callboard/plugin-iam-common';
import { z } from 'zod';
import { organizationAggregate } from '../organization/organization';
import { requireActiveOrganization } from '../organization/status';
import { change, currentInstance, read, type UnitOfWork } from '../unitOfWork';
import { instanceAggregate } from './instance';

const input = z.strictObject({ organization: organizationIdSchema });

/** Makes another organization the one that newcomers belong to. */
export function* changeDefaultOrganization(
  command: z.input<typeof input>,
): UnitOfWork {
  const { organization } = parseInput(input, command);
  requireActiveOrganization(yield* read(organizationAggregate, organization));
  const instance = instanceAggregateId(yield* currentInstance());
  yield* change(instanceAggregate, instance, {
    kind: 'ChangeDefaultOrganization',
    organization,
  });
}
