/**
 * The administrators of one instance, organization or project.
 *
 * An instance or organization that has an owner who can act keeps one: who is
 * assigned, and who of them could act, are both in this aggregate, so of two
 * commands that would each take the last one but one, the second finds the
 * first. Its commands are parts of units of work that tell it about users.
 */
import {
  administrationClosed,
  administratorRoleAssigned,
  administratorRoleRefSchema,
  administratorRoleUnassigned,
  LEVELS,
  organizationIdSchema,
  refusal,
  scopeIdSchema,
  subjectIdSchema,
  userIdSchema,
  type AdministratorRoleRef,
  type ScopeId,
  type SubjectId,
} from '@callboard/plugin-iam-common';
import { z } from 'zod';
import { expiresAtSchema, hasEnded, requireFuture } from '../deadline';
import { defineIamAggregate, rulesFor } from '../defineIamAggregate';
import { IdMap } from '../IdMap';
import {
  administrationEvents,
  administratorStandingChanged,
  organizationStandingChanged,
} from './events';
import {
  levelOf,
  ownersOf,
  type AdministrationState,
  type Standing,
} from './state';

const MAX_ADMINISTRATORS = 5_000;

const rule = rulesFor<AdministrationState>();
const inScope = { scope: scopeIdSchema };
const assignment = {
  ...inScope,
  subject: subjectIdSchema,
  role: administratorRoleRefSchema,
};
/**
 * Set where what the last owner belonged to goes as a whole (an organization
 * with its users): that is decided before, once, and cannot stop half-way.
 */
const evenIfLast = z.boolean().default(false);

function requireOwner(
  state: AdministrationState,
  scope: ScopeId,
  after: AdministrationState,
): void {
  if (
    levelOf(scope) !== 'project' &&
    ownersOf(state).length > 0 &&
    ownersOf(after).length === 0
  ) {
    throw refusal('iam.administration.last_owner');
  }
}

const rules = {
  Assign: rule(
    {
      ...assignment,
      level: z.enum(LEVELS).exclude(['system']),
      expiresAt: expiresAtSchema.optional(),
      /** Of a person. */
      standing: z
        .strictObject({
          organization: organizationIdSchema,
          stands: z.boolean(),
        })
        .optional(),
    },
    (state, { level, standing, ...input }, { now }) => {
      if (state.closed) {
        throw refusal('iam.administration.closed', 'scope');
      }
      if (level !== levelOf(input.scope)) {
        throw refusal('iam.administration.wrong_level', 'role');
      }
      requireFuture(input.expiresAt, now);
      const before = state.roles.get(input.subject);
      if (!before && state.roles.size >= MAX_ADMINISTRATORS) {
        throw refusal('iam.administration.too_many', 'subject');
      }
      const assigned = before?.get(input.role);
      const events = [
        ...(assigned && assigned.expiresAt === input.expiresAt
          ? []
          : [administratorRoleAssigned.of(input)]),
        ...standingEvents(state, input.scope, input.subject, standing),
      ];
      requireOwner(
        state,
        input.scope,
        withRole(state, input.subject, input.role, input),
      );
      return events;
    },
  ),

  Unassign: rule(assignment, (state, input) => {
    if (!state.roles.get(input.subject)?.has(input.role)) {
      return [];
    }
    requireOwner(
      state,
      input.scope,
      withRole(state, input.subject, input.role, undefined),
    );
    return [
      administratorRoleUnassigned.of({ ...input, because: 'unassigned' }),
    ];
  }),

  /** The role goes, and it isn't an owner's: those are built in. */
  DropRole: rule(assignment, (state, input) =>
    state.roles.get(input.subject)?.has(input.role)
      ? [administratorRoleUnassigned.of({ ...input, because: 'role_removed' })]
      : [],
  ),

  /** An assignment counts no more once its time is over; this writes it down. */
  ExpireRole: rule(assignment, (state, input, { now }) => {
    const held = state.roles.get(input.subject)?.get(input.role);
    if (!held) {
      return [];
    }
    if (!hasEnded(held.expiresAt, now)) {
      throw refusal('iam.access.not_expired', 'role');
    }
    return [administratorRoleUnassigned.of({ ...input, because: 'expired' })];
  }),

  /** The subject is gone. */
  DropSubject: rule(
    { ...inScope, subject: subjectIdSchema, evenIfLast },
    (state, { evenIfLast: forced, scope, subject }) => {
      const held = state.roles.get(subject);
      if (!held) {
        return [];
      }
      if (!forced) {
        requireOwner(state, scope, withoutSubject(state, subject));
      }
      return [...held.keys()].map(role =>
        administratorRoleUnassigned.of({
          scope,
          subject,
          role,
          because: 'subject_removed',
        }),
      );
    },
  ),

  ChangeStanding: rule(
    {
      ...inScope,
      user: userIdSchema,
      organization: organizationIdSchema,
      stands: z.boolean(),
      evenIfLast,
    },
    (state, { evenIfLast: forced, scope, user, ...standing }) => {
      if (!state.roles.has(user)) {
        return [];
      }
      const events = standingEvents(state, scope, user, standing);
      if (events.length > 0 && !forced) {
        requireOwner(state, scope, withStanding(state, user, standing));
      }
      return events;
    },
  ),

  ChangeOrganizationStanding: rule(
    { ...inScope, organization: organizationIdSchema, stands: z.boolean() },
    (state, input) => {
      if (state.absent.has(input.organization) !== input.stands) {
        return [];
      }
      requireOwner(state, input.scope, withOrganization(state, input));
      return [organizationStandingChanged.of(input)];
    },
  ),

  /** What it is about is gone; its administrators are unassigned before. */
  Close: rule(inScope, (state, input) =>
    state.closed ? [] : [administrationClosed.of(input)],
  ),
};

function standingEvents(
  state: AdministrationState,
  scope: ScopeId,
  user: SubjectId,
  standing: Standing | undefined,
) {
  return !standing || state.standing.get(user)?.stands === standing.stands
    ? []
    : [administratorStandingChanged.of({ scope, user, ...standing })];
}

function withRole(
  state: AdministrationState,
  subject: SubjectId,
  role: AdministratorRoleRef,
  assigned: { readonly expiresAt?: string } | undefined,
): AdministrationState {
  const held = new Map(state.roles.get(subject));
  if (assigned) {
    held.set(role, { expiresAt: assigned.expiresAt });
  } else {
    held.delete(role);
  }
  if (held.size === 0) {
    return withoutSubject(state, subject);
  }
  return { ...state, roles: state.roles.with(subject, held) };
}

function withoutSubject(
  state: AdministrationState,
  subject: SubjectId,
): AdministrationState {
  return {
    ...state,
    roles: state.roles.without(subject),
    standing: state.standing.without(subject),
  };
}

function withStanding(
  state: AdministrationState,
  user: SubjectId,
  { organization, stands }: Standing,
): AdministrationState {
  return {
    ...state,
    standing: state.standing.with(user, { organization, stands }),
  };
}

function withOrganization(
  state: AdministrationState,
  {
    organization,
    stands,
  }: { organization: Standing['organization']; stands: boolean },
): AdministrationState {
  const absent = new Set(state.absent);
  if (stands) {
    absent.delete(organization);
  } else {
    absent.add(organization);
  }
  return { ...state, absent };
}

function initial(): AdministrationState {
  return {
    closed: false,
    roles: IdMap.empty(),
    standing: IdMap.empty(),
    absent: new Set(),
  };
}

export const administrationAggregate = defineIamAggregate({
  type: 'iam.administration',
  events: administrationEvents,
  initial,
  evolve: {
    'iam.administration.role_assigned': (state, { payload }) => ({
      ...withRole(state, payload.subject, payload.role, payload),
      scope: payload.scope,
    }),
    'iam.administration.role_unassigned': (state, { payload }) =>
      withRole(state, payload.subject, payload.role, undefined),
    'iam.administration.standing_changed': (state, { payload }) => ({
      ...withStanding(state, payload.user, payload),
      scope: payload.scope,
    }),
    'iam.administration.organization_standing_changed': (
      state,
      { payload },
    ) => ({ ...withOrganization(state, payload), scope: payload.scope }),
    'iam.administration.closed': (_state, { payload }) => ({
      ...initial(),
      scope: payload.scope,
      closed: true,
    }),
  },
  rules,
});
