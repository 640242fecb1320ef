import {
  accessIdOf,
  administrationIdOf,
  instanceAggregateId,
  organizationIdSchema,
  ownerRoleOf,
  parseInput,
  userIdSchema,
} from '@callboard/plugin-iam-common';
import { z } from 'zod';
import { accessAggregate } from '../access/access';
import { administrationAggregate } from '../administration/administration';
import type { CommandFields } from '../defineIamAggregate';
import { organizationAggregate } from '../organization/organization';
import { change, currentInstance, type UnitOfWork } from '../unitOfWork';
import { userAggregate } from '../user/user';
import { instanceAggregate } from './instance';

const ids = z.object({
  organization: z.looseObject({ id: organizationIdSchema }),
  owner: z.looseObject({ id: userIdSchema }),
});

/**
 * Makes the first organization and the first person, its owner and the
 * instance's, and closes set-up for good: all of it or nothing. Who gives the
 * command knows the one-time link, or the portal's configuration; in both cases
 * they answer for the e-mail address.
 */
export function* setUpInstance(command: {
  readonly proof: CommandFields<typeof instanceAggregate, 'SetUp'>['proof'];
  readonly organization: { readonly id: string } & CommandFields<
    typeof organizationAggregate,
    'Add'
  >;
  readonly owner: { readonly id: string } & Omit<
    CommandFields<typeof userAggregate, 'AddHuman'>,
    'organization'
  >;
}): UnitOfWork {
  const parsed = parseInput(ids, command);
  const scope = instanceAggregateId(yield* currentInstance());
  const organization = parsed.organization.id;
  const owner = parsed.owner.id;

  // First, so that a closed set-up is refused whatever else is wrong.
  yield* change(instanceAggregate, scope, {
    kind: 'SetUp',
    proof: command.proof,
    organization,
    owner,
  });
  const { id: _organization, ...organizationFields } = command.organization;
  yield* change(organizationAggregate, organization, {
    kind: 'Add',
    ...organizationFields,
  });
  const { id: _owner, ...ownerFields } = command.owner;
  yield* change(userAggregate, owner, {
    kind: 'AddHuman',
    organization,
    ...ownerFields,
  });
  yield* change(userAggregate, owner, {
    kind: 'VerifyEmail',
    proof: { by: 'administrator' },
  });
  yield* change(userAggregate, owner, { kind: 'Activate' });

  for (const [level, of] of [
    ['instance', scope],
    ['organization', organization],
  ] as const) {
    yield* change(administrationAggregate, administrationIdOf(of), {
      kind: 'Assign',
      scope: of,
      subject: owner,
      role: ownerRoleOf[level],
      level,
      standing: { organization, stands: true },
    });
    yield* change(accessAggregate, accessIdOf(owner), {
      kind: 'GainAdministration',
      subject: owner,
      scope: of,
    });
  }
}
