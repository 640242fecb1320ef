/** Who administers what, and the roles that are made for it. */
import {
  administratorRoleIdSchema,
  administratorRoleRefSchema,
  descriptionSchema,
  instanceAggregateId,
  nameSchema,
  organizationIdSchema,
  permissionPatternSchema,
  roleKeySchema,
  scopeIdSchema,
  subjectIdSchema,
  timestampSchema,
  type ScopeId,
} from '@callboard/plugin-iam-common';
import { z } from 'zod';
import {
  assignAdministrator,
  unassignAdministrator,
} from '../domain/administration/assignAdministrator';
import { addAdministratorRole } from '../domain/administratorRole/addAdministratorRole';
import { administratorRoleAggregate } from '../domain/administratorRole/administratorRole';
import {
  change,
  currentInstance,
  read,
  type UnitOfWork,
} from '../domain/unitOfWork';
import { defineCommand } from './defineCommand';
import { version } from './fields';
import type { HandedOut } from './handedOut';
import { patternsOfRole } from './holdings';

const role = {
  name: nameSchema,
  description: descriptionSchema.optional(),
  permissions: z.array(permissionPatternSchema).min(1).max(200),
};
const ofAdministratorRole = {
  administratorRole: administratorRoleIdSchema,
  version,
};
const assignment = {
  scope: scopeIdSchema,
  subject: subjectIdSchema,
  role: administratorRoleRefSchema,
  version,
};

function handedOut(
  scope: ScopeId,
  permissions: readonly string[],
): HandedOut[] {
  return permissions.map((pattern, at) => ({
    scope,
    patterns: [pattern],
    field: `permissions.${at}`,
  }));
}

export const administratorCommands = {
  /** Of an organization, or, without one, of the instance. */
  createAdministratorRole: defineCommand({
    creates: 'iam.administrator_role',
    input: z.strictObject({
      organization: organizationIdSchema.optional(),
      key: roleKeySchema,
      level: z.enum(['instance', 'organization', 'project']),
      ...role,
    }),
    *handsOut({ organization, permissions }) {
      const instance = instanceAggregateId(yield* currentInstance());
      return handedOut(organization ?? instance, permissions);
    },
    decide: (input, { id }) =>
      addAdministratorRole({ administratorRole: id, ...input }),
  }),

  /** Acts on everybody who has it. */
  changeAdministratorRole: defineCommand({
    input: z.strictObject({ ...ofAdministratorRole, ...role }),
    *handsOut({ administratorRole, permissions }) {
      const instance = instanceAggregateId(yield* currentInstance());
      const { organization } = yield* read(
        administratorRoleAggregate,
        administratorRole,
      );
      return handedOut(organization ?? instance, permissions);
    },
    *decide({ administratorRole, version: _seen, ...input }): UnitOfWork {
      yield* change(administratorRoleAggregate, administratorRole, {
        kind: 'Change',
        ...input,
      });
    },
  }),

  /** Begins to remove it; see `removeRole` of projects. */
  removeAdministratorRole: defineCommand({
    input: z.strictObject({
      ...ofAdministratorRole,
      withAssignments: z.boolean(),
    }),
    *decide({ administratorRole, withAssignments }): UnitOfWork {
      yield* change(administratorRoleAggregate, administratorRole, {
        kind: 'StartRemoval',
        withAssignments,
      });
    },
  }),

  assignAdministrator: defineCommand({
    input: z.strictObject({
      ...assignment,
      expiresAt: timestampSchema.optional(),
    }),
    *handsOut({ scope, role: ref }) {
      return [{ scope, field: 'role', patterns: yield* patternsOfRole(ref) }];
    },
    decide: ({ version: _seen, ...input }) => assignAdministrator(input),
  }),

  unassignAdministrator: defineCommand({
    input: z.strictObject(assignment),
    decide: ({ version: _seen, ...input }) => unassignAdministrator(input),
  }),
};
