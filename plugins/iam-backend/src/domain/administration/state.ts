import {
  ownerRoleOf,
  type AdministrationLevel,
  type AdministratorRoleRef,
  type OrganizationId,
  type ScopeId,
  type SubjectId,
} from '@callboard/plugin-iam-common';
import type { IdMap } from '../IdMap';

export interface Standing {
  readonly organization: OrganizationId;
  readonly stands: boolean;
}

export interface AdministrationState {
  readonly closed: boolean;
  readonly scope?: ScopeId;
  /** By subject and role: when the assignment ends, if it does. */
  readonly roles: IdMap<
    SubjectId,
    ReadonlyMap<AdministratorRoleRef, { readonly expiresAt?: string }>
  >;
  /** Of people. Machines and groups never stand. */
  readonly standing: IdMap<SubjectId, Standing>;
  /** Organizations that are inactive or being removed. */
  readonly absent: ReadonlySet<OrganizationId>;
}

/** `organization` of `iam.organization/<uuid>`. */
export function levelOf(scope: ScopeId): AdministrationLevel {
  return scope.slice('iam.'.length, scope.indexOf('/')) as AdministrationLevel;
}

/**
 * The people who can administer it, now and for as long as nobody changes
 * that: active, directly assigned as owner, without an end.
 */
export function ownersOf(state: AdministrationState): SubjectId[] {
  const { scope } = state;
  if (scope === undefined || state.closed) {
    return [];
  }
  const owner = ownerRoleOf[levelOf(scope)];
  return [...state.roles]
    .filter(([, roles]) => {
      const assigned = roles.get(owner);
      return assigned !== undefined && assigned.expiresAt === undefined;
    })
    .map(([subject]) => subject)
    .filter(subject => {
      const standing = state.standing.get(subject);
      return standing?.stands && !state.absent.has(standing.organization);
    });
}
