/** The removal of an instance, once it has started. */
import {
  administrationIdOf,
  instanceAggregateId,
  policyIdOf,
  type AdministratorRoleId,
  type OrganizationId,
} from '@callboard/plugin-iam-common';
import { administrationAggregate } from '../administration/administration';
import { administratorRoleAggregate } from '../administratorRole/administratorRole';
import { organizationAggregate } from '../organization/organization';
import { startOrganizationRemoval } from '../organization/organizationStanding';
import { policyAggregate } from '../policy/policy';
import { change, currentInstance, read, type UnitOfWork } from '../unitOfWork';
import { instanceAggregate } from './instance';

/** What is done to each dependent of a stage. Both go on by themselves. */
export const instanceRemoval = {
  *organizations(organization: OrganizationId): UnitOfWork {
    const { status } = yield* read(organizationAggregate, organization);
    if (status !== 'removed') {
      yield* startOrganizationRemoval({ organization });
    }
  },

  /** Those of the instance; the others have gone with their organizations. */
  *administrator_roles(role: AdministratorRoleId): UnitOfWork {
    const { status } = yield* read(administratorRoleAggregate, role);
    if (status !== 'removed') {
      yield* change(administratorRoleAggregate, role, {
        kind: 'StartRemoval',
        withAssignments: true,
      });
    }
  },
};

/** The last step: its domains are free again. */
export function* finishInstanceRemoval(): UnitOfWork {
  const instance = instanceAggregateId(yield* currentInstance());
  yield* change(instanceAggregate, instance, { kind: 'FinishRemoval' });
  yield* change(policyAggregate, policyIdOf(instance), {
    kind: 'Close',
    owner: instance,
  });
  yield* change(administrationAggregate, administrationIdOf(instance), {
    kind: 'Close',
    scope: instance,
  });
}
