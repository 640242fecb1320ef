import { refusal, type OrganizationId } from '@callboard/plugin-iam-common';
import { organizationAggregate } from '../organization/organization';
import { readPolicy } from '../policy/readPolicy';
import { read, type UnitOfWork } from '../unitOfWork';

/**
 * Where the domain policy wants people's addresses in the organization's own
 * domains, refuses others.
 *
 * @param email - as it is kept, with its domain in small letters
 */
export function* requireEmailDomain(
  organization: OrganizationId,
  email: string,
): UnitOfWork {
  const { settings } = yield* readPolicy('domain', organization);
  if (!settings.emailInVerifiedDomain) {
    return;
  }
  const { domains } = yield* read(organizationAggregate, organization);
  const domain = email.slice(email.lastIndexOf('@') + 1);
  if (!domains[domain]?.verified) {
    throw refusal('iam.user.email_domain', 'email');
  }
}
