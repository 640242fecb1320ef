import {
  organizationIdSchema,
  parseInput,
  refusal,
} from '@callboard/plugin-iam-common';
import { z } from 'zod';
import { readPolicy } from '../policy/readPolicy';
import { change, type UnitOfWork } from '../unitOfWork';
import { organizationAggregate } from './organization';

const input = z.strictObject({
  organization: organizationIdSchema,
  domain: z.string(),
});

/** Makes a domain an organization's own where its policy asks for no proof. */
export function* waiveDomainCheck(command: z.input<typeof input>): UnitOfWork {
  const { organization, domain } = parseInput(input, command);
  const { settings } = yield* readPolicy('domain', organization);
  if (settings.verifyDomains) {
    throw refusal('iam.organization.domain_check_required', 'domain');
  }
  yield* change(organizationAggregate, organization, {
    kind: 'WaiveDomainCheck',
    domain,
  });
}
