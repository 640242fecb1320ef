import {
  refusal,
  type OrganizationId,
  type RolePermission,
} from '@callboard/plugin-iam-common';

/**
 * `active → removing → gone`, or back to `active` when it turns out to be
 * granted and was to be removed only if it is not. While `removing` it cannot
 * be granted, so what the process then counts can only become less.
 */
export interface ProjectRole {
  readonly status: 'active' | 'removing';
  readonly name: string;
  readonly description?: string;
  readonly permissions: readonly RolePermission[];
  /** Removed together with its grants. */
  readonly withGrants: boolean;
  /** The position at which its removal started. */
  readonly removingSince: number;
}

export interface ProjectState {
  readonly status: 'none' | 'active' | 'inactive' | 'removing' | 'removed';
  readonly organization?: OrganizationId;
  readonly name: string;
  readonly slug: string;
  readonly description?: string;
  readonly roles: ReadonlyMap<string, ProjectRole>;
  readonly stagesDone: readonly string[];
}

/** @throws CommandRejectedError when it is not there, or on its way out */
export function requireProject(state: ProjectState, field?: string): void {
  if (state.status === 'none' || state.status === 'removed') {
    throw refusal('iam.project.not_found', field);
  }
  if (state.status === 'removing') {
    throw refusal('iam.project.removing', field);
  }
}

/** @throws CommandRejectedError unless its roles can be granted */
export function requireActiveProject(
  state: ProjectState,
  field = 'project',
): void {
  requireProject(state, field);
  if (state.status === 'inactive') {
    throw refusal('iam.project.inactive', field);
  }
}

/** @throws CommandRejectedError unless the role can be granted */
export function requireGrantableRole(
  state: ProjectState,
  key: string,
  field: string,
): void {
  const role = state.roles.get(key);
  if (!role) {
    throw refusal('iam.project.role_not_found', field);
  }
  if (role.status === 'removing') {
    throw refusal('iam.project.role_removing', field);
  }
}
