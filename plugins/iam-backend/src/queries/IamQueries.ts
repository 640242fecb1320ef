/** Everything that can be asked of IAM, and the views it is read from. */
import type {
  EventLog,
  ProjectionsService,
} from '@callboard/plugin-eventstore-node';
import type { Knex } from 'knex';
import { accessProjection } from '../projections/access/access';
import { groupsProjection } from '../projections/groups';
import { instancesProjection } from '../projections/instances';
import { organizationsProjection } from '../projections/organizations';
import { policiesProjection } from '../projections/policies';
import { projectsProjection } from '../projections/projects';
import { usersProjection } from '../projections/users';
import { AdministratorQueries } from './administrators';
import type { Authorizer } from './Authorizer';
import { Explainer } from './Explainer';
import { GrantQueries } from './grants';
import { GroupQueries } from './groups';
import type { IamViews } from './IamViews';
import { InstanceQueries } from './instances';
import { MemberQueries } from './members';
import { OrganizationQueries } from './organizations';
import { PolicyQueries } from './policies';
import { ProjectGrantQueries } from './projectGrants';
import { ProjectQueries } from './projects';
import { QueryContext } from './QueryContext';
import { UserQueries } from './users';

/** Declares the views; their spoolers run once the plugin has started. */
export async function addIamViews(
  projections: ProjectionsService,
  options: { knex: Knex; log: EventLog; clock?: () => Date },
): Promise<IamViews> {
  return {
    knex: options.knex,
    log: options.log,
    clock: options.clock ?? (() => new Date()),
    access: await projections.add(accessProjection),
    instances: await projections.add(instancesProjection),
    organizations: await projections.add(organizationsProjection),
    users: await projections.add(usersProjection),
    groups: await projections.add(groupsProjection),
    projects: await projections.add(projectsProjection),
    policies: await projections.add(policiesProjection),
  };
}

export class IamQueries {
  readonly authorizer: Authorizer & QueryContext['authorizer'];
  readonly explainer: Explainer;
  readonly instances: InstanceQueries;
  readonly organizations: OrganizationQueries;
  readonly users: UserQueries;
  readonly groups: GroupQueries;
  readonly members: MemberQueries;
  readonly projects: ProjectQueries;
  readonly projectGrants: ProjectGrantQueries;
  readonly grants: GrantQueries;
  readonly administrators: AdministratorQueries;
  readonly policies: PolicyQueries;

  constructor(views: IamViews) {
    const context = new QueryContext(views);
    this.authorizer = context.authorizer;
    this.explainer = new Explainer(context);
    this.instances = new InstanceQueries(context);
    this.organizations = new OrganizationQueries(context);
    this.users = new UserQueries(context);
    this.groups = new GroupQueries(context);
    this.members = new MemberQueries(context);
    this.projects = new ProjectQueries(context);
    this.projectGrants = new ProjectGrantQueries(context);
    this.grants = new GrantQueries(context);
    this.administrators = new AdministratorQueries(context);
    this.policies = new PolicyQueries(context);
  }
}
