import {
  domainNameSchema,
  organizationIdSchema,
  parseInput,
  refusal,
} from '@callboard/plugin-iam-common';
import { z } from 'zod';
import { change, type UnitOfWork } from '../unitOfWork';
import { organizationAggregate } from './organization';

const input = z.strictObject({
  from: organizationIdSchema,
  to: organizationIdSchema,
  domain: domainNameSchema,
});

/** Hands a verified domain from one organization to another, in one step. */
export function* transferDomain(command: z.input<typeof input>): UnitOfWork {
  const { from, to, domain } = parseInput(input, command);
  if (from === to) {
    throw refusal('iam.input.inconsistent', 'to');
  }
  yield* change(organizationAggregate, from, {
    kind: 'GiveDomain',
    domain,
    to,
  });
  yield* change(organizationAggregate, to, { kind: 'TakeDomain', domain });
}
