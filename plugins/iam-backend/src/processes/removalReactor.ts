import {
  aggregateTypeOf,
  type AggregateId,
} from '@callboard/plugin-eventstore-common';
import { defineReactor, type Reactor } from '@callboard/plugin-eventstore-node';
import {
  administratorRoleRemovalStarted,
  administratorRoleRemoved,
  groupRemovalStarted,
  groupRemoved,
  instanceRemovalStarted,
  organizationRemovalStarted,
  organizationRemoved,
  projectGrantRemovalStarted,
  projectGrantRemoved,
  projectGrantRolesChanged,
  projectRemovalStarted,
  projectRemoved,
  projectRoleRemovalStarted,
} from '@callboard/plugin-iam-common';
import type { Removals } from './Removals';

/** Whether something has ended that another removal may have waited for. */
interface Job {
  readonly [key: string]: boolean;
  readonly ended: boolean;
}

const goOn = (): Job => ({ ended: false });
const ended = (): Job => ({ ended: true });

/**
 * Goes on with removals: when one begins, and, with those that may have waited
 * for it, when one ends. Every event makes a job that is kept until it has
 * succeeded, so no removal stands still for good.
 */
export function defineRemovalReactor(removals: Removals): Reactor {
  return defineReactor({
    name: 'removals',
    from: 'first event',
    events: [
      instanceRemovalStarted,
      organizationRemovalStarted,
      groupRemovalStarted,
      projectRemovalStarted,
      projectRoleRemovalStarted,
      projectGrantRemovalStarted,
      projectGrantRolesChanged,
      administratorRoleRemovalStarted,
      organizationRemoved,
      groupRemoved,
      projectRemoved,
      projectGrantRemoved,
      administratorRoleRemoved,
    ],
    on: {
      'iam.instance.removal_started': goOn,
      'iam.organization.removal_started': goOn,
      'iam.group.removal_started': goOn,
      'iam.project.removal_started': goOn,
      'iam.project.role_removal_started': goOn,
      'iam.project_grant.removal_started': goOn,
      'iam.project_grant.roles_changed': ({ payload }) =>
        payload.withdrawn.length > 0 ? goOn() : undefined,
      'iam.administrator_role.removal_started': goOn,
      'iam.organization.removed': ended,
      'iam.group.removed': ended,
      'iam.project.removed': ended,
      'iam.project_grant.removed': ended,
      'iam.administrator_role.removed': ended,
    },
    // The tries go on for a day; what still fails then waits for a person.
    attempts: 12,
    // Those of one kind in one instance would only repeat one another.
    inOrderOf: event =>
      `${event.instance} ${event.type.endsWith('.removed') ? 'ended' : lane(event.aggregateId)}`,
    async run({ data, event }) {
      const { id, instance, aggregateId, position } = event;
      await (data.ended
        ? removals.advanceWaiting(instance, position, id)
        : removals.advance({ id: aggregateId, instance }, id));
    },
  });
}

/** Groups and delegations are many; eight of them go on at the same time. */
function lane(id: AggregateId): string {
  return `${aggregateTypeOf(id)} ${parseInt(id.slice(-1), 16) % 8}`;
}
