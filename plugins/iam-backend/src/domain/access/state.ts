import type {
  GroupId,
  OrganizationId,
  ProjectId,
  ScopeId,
} from '@callboard/plugin-iam-common';

export interface RoleGrant {
  readonly organization: OrganizationId;
  readonly expiresAt?: string;
}

export interface AccessState {
  readonly closed: boolean;
  readonly groups: ReadonlySet<GroupId>;
  /** By project and role. One that has expired stays until it is taken out. */
  readonly roles: ReadonlyMap<ProjectId, ReadonlyMap<string, RoleGrant>>;
  /** Where the subject has administrator roles. */
  readonly administrations: ReadonlySet<ScopeId>;
}
