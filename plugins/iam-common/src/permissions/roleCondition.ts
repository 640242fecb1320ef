import { z } from 'zod';
import { fault } from '../values/fault';

const words = z
  .array(
    z
      .string()
      .min(1)
      .max(63)
      .refine(
        word => /^[A-Za-z0-9:+#._-]*$/.test(word),
        fault('iam.input.alphabet'),
      ),
  )
  .min(1)
  .max(20);

/**
 * Narrows a permission of a role to some of the things it is about.
 *
 * - `owned`: those whose owner is the caller or a group of theirs.
 * - `organization`: those of the organization the role was granted in.
 * - `tagged`: those that carry one of the tags.
 * - `kind`: catalog entities of one of the kinds.
 *
 * @public
 */
export const roleConditionSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('owned') }),
  z.strictObject({ kind: z.literal('organization') }),
  z.strictObject({ kind: z.literal('tagged'), tags: words }),
  z.strictObject({ kind: z.literal('kind'), kinds: words }),
]);

/** @public */
export type RoleCondition = z.output<typeof roleConditionSchema>;
