/** What queries answer as messages of the API. */
import { fromJson, type MessageInitShape } from '@bufbuild/protobuf';
import { timestampFromMs, type Timestamp } from '@bufbuild/protobuf/wkt';
import { actorKey } from '@callboard/plugin-eventstore-common';
import type {
  AdministratorRole as BuiltInRole,
  PolicyKind as Kind,
  PolicySettings as Settings,
  RoleCondition as Condition,
  RolePermission as Carried,
} from '@callboard/plugin-iam-common';
import {
  AccessDecisionSchema,
  AdministrationLevelSchema,
  AdministratorRoleStatusSchema,
  GroupStatusSchema,
  InstanceStatusSchema,
  OrganizationStatusSchema,
  PolicyKindSchema,
  PolicySettingsSchema,
  PolicySourceSchema,
  ProjectGrantStatusSchema,
  ProjectStatusSchema,
  RoleStatusSchema,
  UserStatusSchema,
  UserTypeSchema,
  type AdministratorRoleSchema,
  type AdministratorSchema,
  type ExplanationSchema,
  type GrantSchema,
  type GroupSchema,
  type InstanceSchema,
  type LinkSchema,
  type MembershipSchema,
  type OrganizationSchema,
  type PolicySchema,
  type ProjectGrantSchema,
  type ProjectRoleSchema,
  type ProjectSchema,
  type RoleConditionSchema,
  type RolePermissionSchema,
  type UserSchema,
} from '@callboard/plugin-iam-common/api';
import type {
  Administrator,
  DefinedAdministratorRole,
} from '../queries/administrators';
import type { Decided, Explanation, Link } from '../queries/Explainer';
import type { Grant } from '../queries/grants';
import type { Group, GroupDetails } from '../queries/groups';
import type { Instance, InstanceDetails } from '../queries/instances';
import type { Membership } from '../queries/members';
import type {
  Organization,
  OrganizationDetails,
} from '../queries/organizations';
import type { Page } from '../queries/paging/Page';
import type { Policy } from '../queries/policies';
import type { ProjectGrant } from '../queries/projectGrants';
import type { Project, ProjectRole } from '../queries/projects';
import type { User, UserDetails } from '../queries/users';
import { choiceNumber } from './commandInput';

/** What pages have beside their items. */
export function pageEnd({ nextCursor, total }: Page<unknown>) {
  return {
    nextPageToken: nextCursor ?? '',
    total: total === undefined ? undefined : BigInt(total),
  };
}

/** A time as queries give it; none when there is none. */
export function time(iso: string | null): Timestamp | undefined {
  return iso === null ? undefined : timestampFromMs(Date.parse(iso));
}

function changes(thing: {
  readonly createdAt: string;
  readonly changedAt: string;
  readonly position: number;
}) {
  return {
    createdAt: time(thing.createdAt),
    changedAt: time(thing.changedAt),
    position: BigInt(thing.position),
  };
}

/** Without entries whose values were erased. */
function metadataOf(
  metadata: Readonly<Record<string, string | null>>,
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(metadata).filter(
      (entry): entry is [string, string] => entry[1] !== null,
    ),
  );
}

export function instanceMessage(
  instance: Instance & Partial<InstanceDetails>,
): MessageInitShape<typeof InstanceSchema> {
  return {
    id: instance.id,
    instance: instance.instance,
    name: instance.name,
    language: instance.language,
    status: choiceNumber(InstanceStatusSchema, instance.status),
    primaryDomain: instance.primaryDomain ?? '',
    defaultOrganization: instance.defaultOrganization ?? '',
    setUp: instance.setUp,
    blocked: instance.blocked,
    auditDays: instance.auditDays ?? undefined,
    ...changes(instance),
    domains: [...(instance.domains ?? [])],
  };
}

export function organizationMessage(
  organization: Organization & Partial<OrganizationDetails>,
): MessageInitShape<typeof OrganizationSchema> {
  return {
    id: organization.id,
    name: organization.name,
    slug: organization.slug,
    status: choiceNumber(OrganizationStatusSchema, organization.status),
    primaryDomain: organization.primaryDomain ?? '',
    ...changes(organization),
    domains: (organization.domains ?? []).map(domain => ({
      domain: domain.domain,
      verified: domain.verified,
      method: domain.method ?? '',
      challenge: domain.challenge
        ? {
            method: domain.challenge.method,
            content: domain.challenge.token,
            expiresAt: time(domain.challenge.expiresAt),
          }
        : undefined,
      failure: domain.failure ?? '',
      addedAt: time(domain.addedAt),
    })),
    metadata: metadataOf(organization.metadata ?? {}),
  };
}

/** @param uses - when the user's tokens and secret were used last */
export function userMessage(
  user: User & Partial<UserDetails>,
  uses: ReadonlyMap<string, string> = new Map(),
): MessageInitShape<typeof UserSchema> {
  return {
    id: user.id,
    organization: user.organization,
    type: choiceNumber(UserTypeSchema, user.type),
    status: choiceNumber(UserStatusSchema, user.status),
    username: user.username ?? '',
    displayName: user.displayName ?? '',
    givenName: user.givenName ?? '',
    familyName: user.familyName ?? '',
    language: user.language ?? '',
    description: user.description ?? '',
    email: user.email ?? '',
    emailVerified: user.emailVerified,
    phone: user.phone ?? '',
    phoneVerified: user.phoneVerified,
    lockReason: user.lockReason ?? '',
    lockedUntil: time(user.lockedUntil),
    hasSecret: user.hasSecret,
    secretUsedAt: time(uses.get('secret') ?? null),
    avatar: user.avatar ?? '',
    ...changes(user),
    metadata: metadataOf(user.metadata ?? {}),
    keys: (user.keys ?? []).map(key => ({
      id: key.id,
      publicKey: key.publicKey as Record<string, string>,
      createdAt: time(key.createdAt),
      expiresAt: time(key.expiresAt),
    })),
    tokens: (user.tokens ?? []).map(token => ({
      id: token.id,
      name: token.name,
      scopes: [...token.scopes],
      createdAt: time(token.createdAt),
      expiresAt: time(token.expiresAt),
      usedAt: time(uses.get(token.id) ?? null),
    })),
  };
}

export function groupMessage(
  group: Group & Partial<GroupDetails>,
): MessageInitShape<typeof GroupSchema> {
  return {
    id: group.id,
    organization: group.organization,
    name: group.name,
    slug: group.slug,
    description: group.description ?? '',
    status: choiceNumber(GroupStatusSchema, group.status),
    ...changes(group),
    metadata: metadataOf(group.metadata ?? {}),
  };
}

export function membershipMessage(
  membership: Membership,
): MessageInitShape<typeof MembershipSchema> {
  return {
    member: membership.member,
    memberName: membership.memberName ?? '',
    group: membership.group,
    groupName: membership.groupName ?? '',
    since: time(membership.since),
    decidedBy: membership.decidedBy,
  };
}

export function projectMessage(
  project: Project,
): MessageInitShape<typeof ProjectSchema> {
  return {
    id: project.id,
    organization: project.organization,
    name: project.name,
    slug: project.slug,
    description: project.description ?? '',
    status: choiceNumber(ProjectStatusSchema, project.status),
    ...changes(project),
  };
}

export function projectRoleMessage(
  role: ProjectRole,
): MessageInitShape<typeof ProjectRoleSchema> {
  return {
    project: role.project,
    key: role.key,
    name: role.name,
    description: role.description ?? '',
    permissions: role.permissions.map(carriedMessage),
    status: choiceNumber(RoleStatusSchema, role.status),
    createdAt: time(role.createdAt),
    position: BigInt(role.position),
  };
}

function carriedMessage({
  pattern,
  conditions,
}: Carried): MessageInitShape<typeof RolePermissionSchema> {
  return { pattern, conditions: conditions.map(conditionMessage) };
}

function conditionMessage(
  condition: Condition,
): MessageInitShape<typeof RoleConditionSchema> {
  switch (condition.kind) {
    case 'tagged':
      return {
        condition: { case: 'tagged', value: { words: condition.tags } },
      };
    case 'kind':
      return {
        condition: { case: 'kind', value: { words: condition.kinds } },
      };
    default:
      return { condition: { case: condition.kind, value: {} } };
  }
}

export function projectGrantMessage(
  grant: ProjectGrant,
): MessageInitShape<typeof ProjectGrantSchema> {
  return {
    id: grant.id,
    project: grant.project,
    projectName: grant.projectName ?? '',
    projectOrganization: grant.projectOrganization,
    organization: grant.organization,
    organizationName: grant.organizationName ?? '',
    roles: [...grant.roles],
    status: choiceNumber(ProjectGrantStatusSchema, grant.status),
    since: time(grant.since),
    decidedBy: grant.decidedBy,
    position: BigInt(grant.position),
  };
}

export function grantMessage(
  grant: Grant,
): MessageInitShape<typeof GrantSchema> {
  return {
    subject: grant.subject,
    subjectName: grant.subjectName ?? '',
    project: grant.project,
    projectName: grant.projectName ?? '',
    role: grant.role,
    organization: grant.organization,
    projectOrganization: grant.projectOrganization,
    expiresAt: time(grant.expiresAt),
    expired: grant.expired,
    since: time(grant.since),
    decidedBy: grant.decidedBy,
    position: BigInt(grant.position),
  };
}

export function administratorMessage(
  administrator: Administrator,
): MessageInitShape<typeof AdministratorSchema> {
  return {
    scope: administrator.scope,
    scopeName: administrator.scopeName ?? '',
    level: choiceNumber(AdministrationLevelSchema, administrator.level),
    subject: administrator.subject,
    subjectName: administrator.subjectName ?? '',
    role: administrator.role,
    expiresAt: time(administrator.expiresAt),
    expired: administrator.expired,
    since: time(administrator.since),
    decidedBy: administrator.decidedBy,
    position: BigInt(administrator.position),
  };
}

export function administratorRoleMessage(
  role: DefinedAdministratorRole,
): MessageInitShape<typeof AdministratorRoleSchema> {
  return {
    id: role.id,
    organization: role.organization ?? '',
    key: role.key,
    level: choiceNumber(AdministrationLevelSchema, role.level),
    name: role.name,
    description: role.description ?? '',
    permissions: [...role.permissions],
    status: choiceNumber(AdministratorRoleStatusSchema, role.status),
    createdAt: time(role.createdAt),
    position: BigInt(role.position),
  };
}

export function builtInRoleMessage(
  key: string,
  role: BuiltInRole,
): MessageInitShape<typeof AdministratorRoleSchema> {
  return {
    key,
    level: choiceNumber(AdministrationLevelSchema, role.level),
    name: role.name,
    description: role.description,
    permissions: [...role.permissions],
    status: choiceNumber(AdministratorRoleStatusSchema, 'active'),
  };
}

export function policyMessage(
  policy: Policy,
): MessageInitShape<typeof PolicySchema> {
  const { kind } = policy;
  return {
    kind: choiceNumber(PolicyKindSchema, kind),
    settings: settingsMessage(kind, policy.settings),
    source: choiceNumber(PolicySourceSchema, policy.from),
    enforced: policy.enforced,
    since: time(policy.since),
    decidedBy: policy.decidedBy ?? '',
    own: policy.own
      ? {
          settings: settingsMessage(kind, policy.own.settings),
          enforced: policy.own.enforced,
        }
      : undefined,
    inherited: settingsMessage(kind, policy.inherited.settings),
  };
}

/** The domain's settings are those of the API in JSON, under the policy's name. */
function settingsMessage(kind: Kind, settings: Settings) {
  return fromJson(PolicySettingsSchema, {
    [kind]: JSON.parse(JSON.stringify(settings)),
  });
}

export function explanationMessage({
  decision,
  obstacles,
  chains,
}: Explanation): MessageInitShape<typeof ExplanationSchema> {
  return {
    decision: choiceNumber(AccessDecisionSchema, decision),
    obstacles: [...obstacles],
    chains: chains.map(chain => ({
      links: chain.links.map(linkMessage),
      obstacles: [...chain.obstacles],
      conditions: chain.conditions.map(conditionMessage),
      since: time(chain.since),
    })),
  };
}

function linkMessage(link: Link): MessageInitShape<typeof LinkSchema> {
  const decided = decidedMessage(link.decided);
  switch (link.kind) {
    case 'membership': {
      const { member, group } = link;
      return {
        link: { case: 'membership', value: { member, group } },
        decided,
      };
    }
    case 'assignment': {
      const { holder, scope, level, role, expiresAt } = link;
      return {
        link: {
          case: 'assignment',
          value: { holder, scope, level, role, expiresAt: time(expiresAt) },
        },
        decided,
      };
    }
    case 'grant': {
      const { holder, project, role, organization, expiresAt } = link;
      return {
        link: {
          case: 'grant',
          value: {
            holder,
            project,
            role,
            organization,
            expiresAt: time(expiresAt),
          },
        },
        decided,
      };
    }
    case 'delegation': {
      const { project, organization } = link;
      return {
        link: { case: 'delegation', value: { project, organization } },
        decided,
      };
    }
    default: {
      const { of, role, name, patterns } = link;
      return {
        link: {
          case: 'role',
          value: { of: of ?? '', role, name, patterns: [...patterns] },
        },
        decided,
      };
    }
  }
}

function decidedMessage(decided: Decided | null) {
  return decided
    ? {
        position: BigInt(decided.position),
        eventId: decided.eventId,
        type: decided.type,
        at: time(decided.at),
        actor: actorKey(decided.actor),
      }
    : undefined;
}
