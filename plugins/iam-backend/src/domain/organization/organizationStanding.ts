/**
 * An organization that stops working takes its people's administration of the
 * instance along. So each of these tells the instance's administration, which
 * refuses if nobody else could administer the instance.
 */
import {
  administrationIdOf,
  instanceAggregateId,
  organizationIdSchema,
  parseInput,
  refusal,
  type OrganizationId,
} from '@callboard/plugin-iam-common';
import { z } from 'zod';
import { administrationAggregate } from '../administration/administration';
import { instanceAggregate } from '../instance/instance';
import { change, currentInstance, read, type UnitOfWork } from '../unitOfWork';
import { organizationAggregate } from './organization';

const input = z.strictObject({ organization: organizationIdSchema });
type Input = z.input<typeof input>;

/** Puts an organization aside: nobody in it can sign in or be granted more. */
export function* deactivateOrganization(command: Input): UnitOfWork {
  const { organization } = parseInput(input, command);
  yield* requireNotDefault(organization);
  yield* change(organizationAggregate, organization, { kind: 'Deactivate' });
  yield* tellInstance(organization, false);
}

export function* reactivateOrganization(command: Input): UnitOfWork {
  const { organization } = parseInput(input, command);
  yield* change(organizationAggregate, organization, { kind: 'Reactivate' });
  yield* tellInstance(organization, true);
}

/** Begins what `organizationRemoval` goes on with. */
export function* startOrganizationRemoval(command: Input): UnitOfWork {
  const { organization } = parseInput(input, command);
  const instance = yield* requireNotDefault(organization);
  yield* change(organizationAggregate, organization, { kind: 'StartRemoval' });
  // When all of the instance goes, so does the last owner.
  if (instance.status !== 'removing') {
    yield* tellInstance(organization, false);
  }
}

function* requireNotDefault(organization: OrganizationId) {
  const id = instanceAggregateId(yield* currentInstance());
  const instance = yield* read(instanceAggregate, id);
  if (
    instance.status === 'active' &&
    instance.defaultOrganization === organization
  ) {
    throw refusal('iam.organization.is_default', 'organization');
  }
  return instance;
}

function* tellInstance(organization: OrganizationId, stands: boolean) {
  const scope = instanceAggregateId(yield* currentInstance());
  yield* change(administrationAggregate, administrationIdOf(scope), {
    kind: 'ChangeOrganizationStanding',
    scope,
    organization,
    stands,
  });
}
