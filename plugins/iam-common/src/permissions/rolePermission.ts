import { z } from 'zod';
import { fault } from '../values/fault';
import { permissionPatternSchema } from './permissionPattern';
import { roleConditionSchema } from './roleCondition';

/**
 * What a role carries: the permissions of a pattern, when all conditions hold.
 * Several entries add up; nothing is allowed that no entry includes.
 *
 * @public
 */
export const rolePermissionSchema = z.strictObject({
  pattern: permissionPatternSchema,
  conditions: z.array(roleConditionSchema).max(5).default([]),
});

/** @public */
export type RolePermission = z.output<typeof rolePermissionSchema>;

/** All that a role of a project carries: at most 100 entries, none twice. @public */
export const rolePermissionsSchema = z
  .array(rolePermissionSchema)
  .max(100)
  .refine(entries => {
    const seen = new Set(entries.map(entry => JSON.stringify(entry)));
    return seen.size === entries.length;
  }, fault('iam.input.duplicate'));
