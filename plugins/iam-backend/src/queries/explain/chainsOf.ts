/** The chains of a question, worked out from its facts. Pure. */
import {
  builtInAdministratorRoles,
  matchesPermission,
  type BuiltInAdministratorRole,
  type RoleCondition,
} from '@callboard/plugin-iam-common';
import type { Moment } from '../IamViews';
import { levelsFor } from '../permissionSql';
import type { Chain, ChainObstacle, Link } from '../Explainer';
import type {
  AssignmentFacts,
  EdgeFacts,
  Facts,
  GrantFacts,
} from './readFacts';

/** A link with the position of the event that made it, not yet looked up. */
export type UndecidedLink = Link extends infer TLink
  ? TLink extends { readonly decided: unknown }
    ? Omit<TLink, 'decided'> & { readonly position: number | null }
    : never
  : never;

export interface UndecidedChain extends Omit<Chain, 'links' | 'since'> {
  readonly links: readonly UndecidedLink[];
}

/** Ways to the same group that are told; a user may be in it by very many. */
const MAX_WAYS = 5;

export function chainsOf(
  facts: Facts,
  question: { subject: string; permission: string; moment: Moment },
): UndecidedChain[] {
  const time = question.moment.time.getTime();
  const { permission, subject } = question;
  return [
    ...facts.assignments.flatMap(assignment =>
      waysTo(facts.edges, subject, assignment.holder).flatMap(way =>
        viaAssignment(assignment, way, permission, time),
      ),
    ),
    ...facts.grants.flatMap(grant =>
      waysTo(facts.edges, subject, grant.holder).flatMap(way =>
        viaGrant(grant, way, permission, time),
      ),
    ),
  ];
}

/** The ways by which a subject is in a group; one without steps to itself. */
function waysTo(
  edges: readonly EdgeFacts[],
  subject: string,
  holder: string,
): EdgeFacts[][] {
  const found: EdgeFacts[][] = [];
  // Shortest first. There are no cycles.
  let open: EdgeFacts[][] = [[]];
  while (open.length > 0 && found.length < MAX_WAYS) {
    const next: EdgeFacts[][] = [];
    for (const way of open) {
      const at = way.at(-1)?.group ?? subject;
      if (at === holder) {
        found.push(way);
      } else {
        next.push(
          ...edges
            .filter(({ member }) => member === at)
            .map(edge => [...way, edge]),
        );
      }
    }
    open = next.slice(0, 10_000);
  }
  return found.slice(0, MAX_WAYS);
}

const stepsOf = (way: readonly EdgeFacts[]) =>
  way.map(
    ({ member, group, position }) =>
      ({ kind: 'membership', member, group, position }) as UndecidedLink,
  );

function viaAssignment(
  { defined, position, ...assignment }: AssignmentFacts,
  way: readonly EdgeFacts[],
  permission: string,
  time: number,
): UndecidedChain[] {
  const builtIn = Object.hasOwn(builtInAdministratorRoles, assignment.role)
    ? builtInAdministratorRoles[assignment.role as BuiltInAdministratorRole]
    : undefined;
  const carried: readonly string[] =
    builtIn?.permissions ?? defined?.patterns ?? [];
  const patterns = carried.filter(pattern =>
    matchesPermission(pattern, permission),
  );
  if (patterns.length === 0) {
    return [];
  }
  const obstacles: ChainObstacle[] = [];
  if (hasEnded(assignment.expiresAt, time)) {
    obstacles.push('expired');
  }
  if (!(levelsFor(permission) as string[]).includes(assignment.level)) {
    obstacles.push('permission_not_at_level');
  }
  if (defined && !defined.effective) {
    obstacles.push('role_removing');
  }
  return [
    {
      links: [
        ...stepsOf(way),
        { kind: 'assignment', ...assignment, position } as UndecidedLink,
        {
          kind: 'role',
          of: defined ? assignment.role : null,
          role: assignment.role,
          name: builtIn?.name ?? defined!.name,
          patterns,
          position: null,
        } as UndecidedLink,
      ],
      obstacles,
      conditions: [],
    },
  ];
}

/** One for each entry of the role that carries the permission. */
function viaGrant(
  grant: GrantFacts,
  way: readonly EdgeFacts[],
  permission: string,
  time: number,
): UndecidedChain[] {
  const { holder, project, role, organization, expiresAt } = grant;
  const { defined, delegation, position } = grant;
  const carried = (defined?.permissions ?? []).filter(({ pattern }) =>
    matchesPermission(pattern, permission),
  );
  const links: UndecidedLink[] = [
    ...stepsOf(way),
    {
      kind: 'grant',
      holder,
      project,
      role,
      organization,
      expiresAt,
      position,
    } as UndecidedLink,
  ];
  if (typeof delegation === 'object') {
    links.push({
      kind: 'delegation',
      project,
      organization,
      position: delegation.position,
    } as UndecidedLink);
  }
  return carried.map(({ pattern, conditions }) => ({
    links: [
      ...links,
      {
        kind: 'role',
        of: project,
        role,
        name: defined!.name,
        patterns: [pattern],
        position: null,
      } as UndecidedLink,
    ],
    obstacles: obstaclesOf(grant, time),
    conditions: conditions as readonly RoleCondition[],
  }));
}

function obstaclesOf(grant: GrantFacts, time: number): ChainObstacle[] {
  const { delegation, projectStatus } = grant;
  const obstacles: ChainObstacle[] = [];
  if (hasEnded(grant.expiresAt, time)) {
    obstacles.push('expired');
  }
  if (projectStatus !== 'active') {
    obstacles.push(`project_${projectStatus}` as ChainObstacle);
  }
  if (grant.projectOrganizationStatus !== 'active') {
    obstacles.push('project_organization_inactive');
  }
  if (!grant.defined!.effective) {
    obstacles.push('role_removing');
  }
  if (delegation === 'ended') {
    obstacles.push('delegation_ended');
  } else if (delegation) {
    if (delegation.status !== 'active') {
      obstacles.push('delegation_inactive');
    }
    if (!delegation.roles.includes(grant.role)) {
      obstacles.push('role_not_delegated');
    }
  }
  return obstacles;
}

function hasEnded(expiresAt: string | null, time: number): boolean {
  return expiresAt !== null && Date.parse(expiresAt) <= time;
}
