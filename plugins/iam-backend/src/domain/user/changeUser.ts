import type { AggregateDefinition } from '@callboard/plugin-eventstore-common';
import {
  accessIdOf,
  administrationIdOf,
  parseInput,
  userIdSchema,
  type ScopeId,
  type UserId,
} from '@callboard/plugin-iam-common';
import { z } from 'zod';
import { accessAggregate } from '../access/access';
import { administrationAggregate } from '../administration/administration';
import { organizationAggregate } from '../organization/organization';
import { change, read, type UnitOfWork } from '../unitOfWork';
import { requireEmailDomain } from './emailDomain';
import { isGone, type UserState } from './state';
import { userAggregate } from './user';

type UserCommand =
  typeof userAggregate extends AggregateDefinition<UserState, infer TCommand>
    ? TCommand
    : never;

const ids = z.object({ user: userIdSchema });

/**
 * Runs any command of a user but adding it, with all that follows: whoever can
 * no longer act no longer counts as an owner of what they administer, and
 * whoever goes takes everything they were given along. Refused when an instance
 * or organization would be left without an owner.
 */
export function* changeUser(
  command: { readonly user: string } & UserCommand,
): UnitOfWork {
  const { user } = parseInput(ids, command);
  const { user: _id, ...own } = command;
  const before = yield* read(userAggregate, user);
  const after = yield* change(userAggregate, user, own as UserCommand);
  if (command.kind === 'ChangeEmail' && after !== before) {
    yield* requireEmailDomain(after.organization!, String(after.email?.value));
  }
  if (isGone(after) && !isGone(before)) {
    yield* dropEverything(user, after);
  } else if ((before.status === 'active') !== (after.status === 'active')) {
    yield* tellAdministrations(user, after);
  }
}

function* dropEverything(user: UserId, state: UserState): UnitOfWork {
  const { administrations } = yield* read(accessAggregate, accessIdOf(user));
  const { status } = yield* read(organizationAggregate, state.organization!);
  for (const scope of administrations) {
    yield* change(administrationAggregate, administrationIdOf(scope), {
      kind: 'DropSubject',
      scope,
      subject: user,
      // Decided when the removal of the whole organization started.
      evenIfLast: status === 'removing',
    });
  }
  yield* change(accessAggregate, accessIdOf(user), {
    kind: 'Close',
    subject: user,
  });
}

function* tellAdministrations(user: UserId, state: UserState): UnitOfWork {
  const { administrations } = yield* read(accessAggregate, accessIdOf(user));
  for (const scope of administrations) {
    yield* tellAdministration(user, state, scope);
  }
}

function* tellAdministration(
  user: UserId,
  state: UserState,
  scope: ScopeId,
): UnitOfWork {
  if (state.type === 'human') {
    yield* change(administrationAggregate, administrationIdOf(scope), {
      kind: 'ChangeStanding',
      scope,
      user,
      organization: state.organization!,
      stands: state.status === 'active',
    });
  }
}
