/**
 * What IAM says, worked out the slow and simple way: every aggregate folded by
 * the command side's own code, every question answered by looking at all there
 * is. Shares nothing with the views but the events.
 */
import type {
  AggregateDefinition,
  EventEnvelope,
} from '@callboard/plugin-eventstore-common';
import {
  accessIdOf,
  administrationIdOf,
  builtInAdministratorRoles,
  groupHierarchyIdOf,
  instanceAggregateId,
  LEVELS,
  matchesPermission,
  permissions,
  projectGrantIdOf,
  type AdministratorRoleRef,
  type BuiltInAdministratorRole,
  type GroupId,
  type OrganizationId,
  type Permission,
  type ProjectId,
  type RoleCondition,
  type ScopeId,
  type SubjectId,
} from '@callboard/plugin-iam-common';
import { aggregates } from '../../domain/__testUtils__/aggregates';
import { accessAggregate } from '../../domain/access/access';
import { administrationAggregate } from '../../domain/administration/administration';
import { levelOf } from '../../domain/administration/state';
import { administratorRoleAggregate } from '../../domain/administratorRole/administratorRole';
import { groupAggregate } from '../../domain/group/group';
import { groupHierarchyAggregate } from '../../domain/groupHierarchy/groupHierarchy';
import { instanceAggregate } from '../../domain/instance/instance';
import { organizationAggregate } from '../../domain/organization/organization';
import { projectAggregate } from '../../domain/project/project';
import { projectGrantAggregate } from '../../domain/projectGrant/projectGrant';
import { userAggregate } from '../../domain/user/user';

export interface NaiveReach {
  everywhere: boolean;
  organizations: Set<string>;
  projects: Set<string>;
}

export class NaiveIam {
  readonly #states = new Map<string, unknown>();
  readonly #instances = new Map<string, string>();
  readonly #lockedUntil = new Map<string, number>();

  constructor(events: readonly EventEnvelope[]) {
    for (const event of events) {
      const definition = aggregates.find(
        ({ type }) => type === event.aggregateType,
      );
      if (!definition) {
        continue;
      }
      const id = event.aggregateId;
      this.#instances.set(id, event.instance);
      this.#states.set(
        id,
        definition.evolve(
          this.#states.get(id) ?? definition.initial(),
          event as never,
        ),
      );
      if (event.type === 'iam.user.locked') {
        const { until } = event.payload as { until?: string };
        this.#lockedUntil.set(id, until ? Date.parse(until) : Infinity);
      }
    }
  }

  of<TState>(definition: AggregateDefinition<TState>, id: string): TState {
    return (this.#states.get(id) as TState) ?? definition.initial();
  }

  idsOf(type: string, instance?: string): string[] {
    return [...this.#states.keys()].filter(
      id =>
        id.startsWith(`${type}/`) &&
        (instance === undefined || this.#instances.get(id) === instance),
    );
  }

  instanceOf(id: string): string | undefined {
    return this.#instances.get(id);
  }

  organizationOf(id: string): string | undefined {
    if (id.startsWith('iam.organization/')) {
      return id;
    }
    const state = this.#states.get(id) as { organization?: string };
    return state?.organization;
  }

  /** The user, if it may act, and all its groups. */
  holders(user: string, instance: string, time: Date): Set<string> {
    const state = this.of(userAggregate, user);
    const organization = state.organization as string;
    const ofInstance = this.of(
      instanceAggregate,
      instanceAggregateId(instance as never),
    );
    const unlocked =
      state.status === 'locked' &&
      (this.#lockedUntil.get(user) ?? Infinity) <= time.getTime();
    if (
      this.#instances.get(user) !== instance ||
      !(state.status === 'active' || unlocked) ||
      this.of(organizationAggregate, organization).status !== 'active' ||
      ofInstance.status !== 'active' ||
      ofInstance.blocked
    ) {
      return new Set();
    }
    const { parents } = this.of(
      groupHierarchyAggregate,
      groupHierarchyIdOf(organization as OrganizationId),
    );
    const found = new Set<string>([user]);
    const { groups } = this.of(accessAggregate, accessIdOf(user as never));
    for (const group of groups) {
      parents.reachable(group).forEach(each => found.add(each));
    }
    return found;
  }

  /** Assignments of a user that carry a permission: where. */
  scopesWith(
    user: string,
    instance: string,
    permission: string,
    time: Date,
  ): Set<string> {
    const holders = this.holders(user, instance, time);
    const found = new Set<string>();
    for (const id of this.idsOf('iam.administration', instance)) {
      const { roles, scope } = this.of(administrationAggregate, id);
      if (!scope || !this.#allowsAt(permission, scope) || this.#isGone(scope)) {
        continue;
      }
      for (const [subject, held] of roles) {
        for (const [role, { expiresAt }] of held) {
          const lasts =
            expiresAt === undefined || Date.parse(expiresAt) > time.getTime();
          const carries = this.patternsOf(role).some(pattern =>
            matchesPermission(pattern, permission),
          );
          if (holders.has(subject) && lasts && carries) {
            found.add(scope);
          }
        }
      }
    }
    return found;
  }

  #allowsAt(permission: string, scope: ScopeId): boolean {
    if (!permission.startsWith('iam.')) {
      return true;
    }
    const level = permissions[permission as Permission]?.level;
    return (
      level !== undefined &&
      LEVELS.indexOf(levelOf(scope)) <= LEVELS.indexOf(level)
    );
  }

  #isGone(scope: string): boolean {
    return (this.#states.get(scope) as { status: string }).status === 'removed';
  }

  patternsOf(role: AdministratorRoleRef): readonly string[] {
    if (Object.hasOwn(builtInAdministratorRoles, role)) {
      return builtInAdministratorRoles[role as BuiltInAdministratorRole]
        .permissions;
    }
    const state = this.of(administratorRoleAggregate, role);
    const isEffective =
      state.status === 'active' ||
      (state.status === 'removing' && !state.withAssignments);
    return isEffective ? state.permissions : [];
  }

  may(
    user: string,
    instance: string,
    permission: string,
    scope: string,
    time: Date,
  ): boolean {
    if (
      this.#instances.get(scope) !== instance ||
      !this.#states.has(scope) ||
      this.#isGone(scope)
    ) {
      return false;
    }
    const held = this.scopesWith(user, instance, permission, time);
    const chain = [
      scope,
      this.organizationOf(scope),
      instanceAggregateId(instance as never) as string,
    ];
    return chain.some(each => each !== undefined && held.has(each));
  }

  reach(
    user: string,
    instance: string,
    permission: string,
    time: Date,
  ): NaiveReach {
    const held = [...this.scopesWith(user, instance, permission, time)];
    const ofType = (type: string) => held.filter(id => id.startsWith(type));
    return {
      everywhere: ofType('iam.instance/').length > 0,
      organizations: new Set(ofType('iam.organization/')),
      projects: new Set(ofType('iam.project/')),
    };
  }

  /** Roles of projects that carry a permission for a user, by a text each. */
  holdings(
    user: string,
    instance: string,
    permission: string,
    time: Date,
  ): string[] {
    const found = [
      ...this.#administratorHoldings(user, instance, permission, time),
    ];
    for (const holder of this.holders(user, instance, time)) {
      for (const grant of this.grantsOf(holder)) {
        for (const conditions of this.carried(grant, permission, time)) {
          found.push(
            JSON.stringify([
              grant.project,
              grant.role,
              grant.organization,
              conditions,
            ]),
          );
        }
      }
    }
    return [...new Set(found)].sort();
  }

  *#administratorHoldings(
    user: string,
    instance: string,
    permission: string,
    time: Date,
  ) {
    const holders = this.holders(user, instance, time);
    for (const id of this.idsOf('iam.administration', instance)) {
      const { roles, scope } = this.of(administrationAggregate, id);
      for (const [subject, held] of roles) {
        for (const [role, { expiresAt }] of held) {
          if (
            scope &&
            !this.#isGone(scope) &&
            holders.has(subject) &&
            (expiresAt === undefined ||
              Date.parse(expiresAt) > time.getTime()) &&
            this.patternsOf(role).some(pattern =>
              matchesPermission(pattern, permission),
            )
          ) {
            yield JSON.stringify([scope, role]);
          }
        }
      }
    }
  }

  grantsOf(holder: string) {
    const { roles } = this.of(accessAggregate, accessIdOf(holder as SubjectId));
    return [...roles].flatMap(([project, held]) =>
      [...held].map(([role, grant]) => ({
        subject: holder,
        project: project as string,
        role,
        organization: grant.organization as string,
        projectOrganization: this.organizationOf(project)!,
        expiresAt: grant.expiresAt,
      })),
    );
  }

  /** The conditions of each entry by which a grant carries a permission. */
  carried(
    grant: ReturnType<NaiveIam['grantsOf']>[number],
    permission: string,
    time: Date,
  ): (readonly RoleCondition[])[] {
    const project = this.of(projectAggregate, grant.project);
    const owner = grant.projectOrganization;
    const role = project.roles.get(grant.role);
    const delegation = this.of(
      projectGrantAggregate,
      projectGrantIdOf(
        grant.project as ProjectId,
        grant.organization as OrganizationId,
      ),
    );
    const isDelegated =
      owner === grant.organization ||
      (delegation.status === 'active' && delegation.roles.includes(grant.role));
    if (
      (grant.expiresAt !== undefined &&
        Date.parse(grant.expiresAt) <= time.getTime()) ||
      project.status !== 'active' ||
      this.of(organizationAggregate, owner).status !== 'active' ||
      !role ||
      (role.status === 'removing' && role.withGrants) ||
      !isDelegated
    ) {
      return [];
    }
    return role.permissions
      .filter(({ pattern }) => matchesPermission(pattern, permission))
      .map(({ conditions }) => conditions);
  }

  /** Who is directly in a group. */
  membersOf(group: string): string[] {
    const organization = this.of(groupAggregate, group).organization;
    const users = this.idsOf('iam.user').filter(user =>
      this.of(accessAggregate, accessIdOf(user as never)).groups.has(
        group as GroupId,
      ),
    );
    const { children } = this.of(
      groupHierarchyAggregate,
      groupHierarchyIdOf(organization!),
    );
    return [...users, ...children.from(group as GroupId)];
  }

  administratorsOf(scope: string): string[] {
    const { roles } = this.of(
      administrationAggregate,
      administrationIdOf(scope as ScopeId),
    );
    return [...roles].flatMap(([subject, held]) =>
      [...held.keys()].map(role => `${scope} ${subject} ${role}`),
    );
  }
}
