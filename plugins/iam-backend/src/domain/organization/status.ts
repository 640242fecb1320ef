import { refusal } from '@callboard/plugin-iam-common';
import type { OrganizationState } from './state';

/**
 * @throws CommandRejectedError when it is not there, or on its way out
 */
export function requireChangeable(
  state: OrganizationState,
  field?: string,
): void {
  if (state.status === 'none' || state.status === 'removed') {
    throw refusal('iam.organization.not_found', field);
  }
  if (state.status === 'removing') {
    throw refusal('iam.organization.removing', field);
  }
}

/**
 * @throws CommandRejectedError unless something can be added to it
 */
export function requireActiveOrganization(
  state: OrganizationState,
  field = 'organization',
): void {
  requireChangeable(state, field);
  if (state.status === 'inactive') {
    throw refusal('iam.organization.inactive', field);
  }
}
