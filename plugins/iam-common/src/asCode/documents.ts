/**
 * Organizations, projects, roles, groups and grants as they are described in
 * files: one YAML or JSON document for each thing. What a document doesn't
 * mention is left as it is; what is to go says so (`state: absent`, or `prune`
 * for what its lists don't name).
 */
import { z } from 'zod';
import { LEVELS } from '../permissions/permissions';
import { permissionPatternSchema } from '../permissions/permissionPattern';
import { rolePermissionsSchema } from '../permissions/rolePermission';
import { timestampSchema } from '../values/credential';
import { fault } from '../values/fault';
import { metadataKeySchema, metadataValueSchema } from '../values/metadata';
import { descriptionSchema, nameSchema } from '../values/name';
import { roleKeySchema, slugSchema } from '../values/slug';

/** @public */
export const AS_CODE_API_VERSION = 'iam.callboard/v1';

const MAX_ENTRIES = 10_000;

const state = z
  .enum(['present', 'absent'])
  .default('present')
  .describe('absent: it is to be removed');
const prune = z
  .boolean()
  .default(false)
  .describe('Removes what the lists of this document do not name');
const head = <const TKind extends string>(kind: TKind) => ({
  apiVersion: z.literal(AS_CODE_API_VERSION),
  kind: z.literal(kind),
});

/** `user:<username or e-mail address>`, `group:<slug>` or `group:<organization>/<slug>`. */
const subject = z
  .string()
  .max(200)
  .regex(/^(?:user:\S+|group:[A-Za-z0-9-]+(?:\/[A-Za-z0-9-]+)?)$/)
  .describe(
    'user:<username or e-mail address>, group:<slug> or group:<organization>/<slug>',
  );
const loginName = z
  .string()
  .max(200)
  .regex(/^\S+$/)
  .describe('A username or e-mail address');
/** `<slug>`, or `<organization>/<slug>` when it is another organization's. */
const projectRef = z
  .string()
  .max(127)
  .regex(/^[A-Za-z0-9-]+(?:\/[A-Za-z0-9-]+)?$/)
  .describe('<slug> or <organization>/<slug>');
const expiresAt = timestampSchema.optional();

const metadata = z
  .record(
    metadataKeySchema,
    z.union([metadataValueSchema, z.null()]).describe('null: no such entry'),
  )
  .optional();
const list = <TItem extends z.ZodType>(item: TItem) =>
  z.array(item).max(MAX_ENTRIES).optional();

const administrators = list(
  z.strictObject({
    subject,
    role: roleKeySchema.describe(
      'A built-in administrator role, or one of the organization or instance',
    ),
    expiresAt,
    state,
  }),
);

/** Present things have a name. */
const named = <TSchema extends z.ZodType<{ state: string; name?: string }>>(
  schema: TSchema,
) =>
  schema.refine(({ state: is, name }) => is === 'absent' || name, {
    ...fault('iam.input.missing'),
    path: ['name'],
  });

const instance = z.strictObject({
  ...head('Instance'),
  administrators,
  prune,
});

const organization = named(
  z.strictObject({
    ...head('Organization'),
    slug: slugSchema,
    name: nameSchema.optional(),
    active: z.boolean().optional(),
    metadata,
    administrators,
    state,
    prune,
  }),
);

const administratorRole = z
  .strictObject({
    ...head('AdministratorRole'),
    organization: slugSchema
      .optional()
      .describe("Whose it is; the instance's when left out"),
    key: roleKeySchema,
    level: z
      .enum(LEVELS.slice(1) as ['instance', 'organization', 'project'])
      .optional(),
    name: nameSchema.optional(),
    description: descriptionSchema.optional(),
    permissions: z.array(permissionPatternSchema).min(1).max(200).optional(),
    state,
  })
  .superRefine((role, context) => {
    for (const field of ['level', 'name', 'permissions'] as const) {
      if (role.state === 'present' && role[field] === undefined) {
        context.addIssue({
          code: 'custom',
          path: [field],
          message: 'is required',
          params: { code: 'iam.input.missing' },
        });
      }
    }
  });

const role = named(
  z.strictObject({
    key: roleKeySchema,
    name: nameSchema.optional(),
    description: descriptionSchema.optional(),
    permissions: rolePermissionsSchema.optional(),
    state: state.describe(
      'absent: it is to be removed, and taken away from everybody who has it',
    ),
  }),
);

const project = named(
  z.strictObject({
    ...head('Project'),
    organization: slugSchema,
    slug: slugSchema,
    name: nameSchema.optional(),
    description: descriptionSchema.optional(),
    active: z.boolean().optional(),
    roles: list(role),
    delegations: list(
      z.strictObject({
        organization: slugSchema,
        roles: z.array(roleKeySchema).min(1).max(500).optional(),
        state,
      }),
    ),
    grants: list(
      z.strictObject({ subject, role: roleKeySchema, expiresAt, state }),
    ),
    administrators,
    state,
    prune,
  }),
);

const group = named(
  z.strictObject({
    ...head('Group'),
    organization: slugSchema,
    slug: slugSchema,
    name: nameSchema.optional(),
    description: descriptionSchema.optional(),
    metadata,
    members: list(
      z.union([loginName, z.strictObject({ user: loginName, state })]),
    ),
    groups: list(
      z.union([slugSchema, z.strictObject({ group: slugSchema, state })]),
    ).describe('Groups in this one; their members are its members'),
    grants: list(
      z.strictObject({
        project: projectRef,
        role: roleKeySchema,
        expiresAt,
        state,
      }),
    ),
    state,
    prune,
  }),
);

/** By the value of `kind`. @public */
export const asCodeDocuments = {
  Instance: instance,
  Organization: organization,
  AdministratorRole: administratorRole,
  Project: project,
  Group: group,
} as const;

/** @public */
export type AsCodeKind = keyof typeof asCodeDocuments;

/** @public */
export type AsCodeDocument<TKind extends AsCodeKind = AsCodeKind> = {
  [K in TKind]: z.output<(typeof asCodeDocuments)[K]>;
}[TKind];

/** What people write. @public */
export type AsCodeDocumentInput<TKind extends AsCodeKind = AsCodeKind> = {
  [K in TKind]: z.input<(typeof asCodeDocuments)[K]>;
}[TKind];

/**
 * JSON Schema (2020-12) of a document, for editors. It is kept in
 * `schema/as-code.v1.json`.
 *
 * @public
 */
export function asCodeJsonSchema(): Record<string, unknown> {
  const schemas = Object.values(asCodeDocuments) as z.ZodType[];
  return {
    title: 'Identity and access as code',
    ...z.toJSONSchema(z.union(schemas), {
      io: 'input',
      unrepresentable: 'any',
    }),
  };
}
