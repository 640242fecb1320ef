import { z } from 'zod';
import { lineSchema } from './identifiers';
import { parseArgument } from './parse';

const id = lineSchema.max(256);

/**
 * Who did it. Every event has one.
 *
 * - `user`: a person known to the portal; `id` is the user's aggregate id or
 *   entity ref.
 * - `machine`: a service account, a token, a plugin acting for itself.
 * - `spooler`: a view's spooler or a reactor; `id` is its name.
 * - `system`: the portal itself (bootstrap, migrations).
 * - `outside`: an identity of another system that has no account here, e.g. a
 *   GitHub login; `provider` names the system.
 *
 * `onBehalfOf` is the person for whom a machine, spooler or system acted.
 *
 * @public
 */
export const actorSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('user'), id }),
  z.strictObject({
    kind: z.literal('machine'),
    id,
    onBehalfOf: id.optional(),
  }),
  z.strictObject({
    kind: z.literal('spooler'),
    id,
    onBehalfOf: id.optional(),
  }),
  z.strictObject({
    kind: z.literal('system'),
    id,
    onBehalfOf: id.optional(),
  }),
  z.strictObject({
    kind: z.literal('outside'),
    provider: z
      .string()
      .regex(/^[a-z0-9][a-z0-9.-]{0,62}$/, 'must be a name like github'),
    id,
  }),
]);

/** @public */
export type Actor = z.infer<typeof actorSchema>;

/**
 * An actor as one string, to search by: `user:<id>`, `outside:github:<login>`.
 *
 * @public
 */
export function actorKey(of: Actor): string {
  return of.kind === 'outside'
    ? `outside:${of.provider}:${of.id}`
    : `${of.kind}:${of.id}`;
}

/**
 * @throws {@link BadArgumentError}
 * @public
 */
export function actor(value: unknown, field = 'actor'): Actor {
  return parseArgument(actorSchema, value, field);
}
