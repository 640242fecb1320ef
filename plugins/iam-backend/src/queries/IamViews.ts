import type { EventLog, View } from '@callboard/plugin-eventstore-node';
import type { Position } from '@callboard/plugin-eventstore-common';
import type { Knex } from 'knex';
import type { AccessTables } from '../projections/access/tables';
import type { GroupTables } from '../projections/groups';
import type { InstanceTables } from '../projections/instances';
import type { OrganizationTables } from '../projections/organizations';
import type { PolicyTables } from '../projections/policies';
import type { ProjectTables } from '../projections/projects';
import type { UserTables } from '../projections/users';

/** What queries read from. */
export interface IamViews {
  /** The database that the views are in. */
  readonly knex: Knex;
  readonly log: EventLog;
  /** What time it is; for what ends by itself. */
  readonly clock: () => Date;
  readonly access: View<AccessTables>;
  readonly instances: View<InstanceTables>;
  readonly organizations: View<OrganizationTables>;
  readonly users: View<UserTables>;
  readonly groups: View<GroupTables>;
  readonly projects: View<ProjectTables>;
  readonly policies: View<PolicyTables>;
}

/** The moment that a question is about. */
export interface Moment {
  /** Undefined: now. */
  readonly position: Position | undefined;
  /** What has ended by then has no effect. */
  readonly time: Date;
}

/**
 * A position or time as the position of the log's last event by then, and the
 * time at which ends of grants are compared. As of a position that is the time
 * of its event.
 */
export async function momentOf(
  { log, clock }: Pick<IamViews, 'log' | 'clock'>,
  asOf: Position | Date | undefined,
): Promise<Moment> {
  if (asOf === undefined) {
    return { position: undefined, time: clock() };
  }
  if (asOf instanceof Date) {
    return { position: await log.positionAt(asOf), time: asOf };
  }
  if (asOf === 0) {
    return { position: asOf, time: new Date(0) };
  }
  const { events } = await log.readBatch({
    after: (asOf - 1) as Position,
    limit: 1,
    onUnreadable: () => {},
  });
  const [at] = events;
  return { position: asOf, time: at ? new Date(at.recordedAt) : clock() };
}
