import { z } from 'zod';
import { eventIdSchema, lineSchema } from './identifiers';

const token = lineSchema.max(128);

/**
 * From where and because of what an event was appended.
 *
 * - `plugin`: the id of the plugin that appended it.
 * - `ip`, `userAgent`: of the request, when there was one.
 * - `correlationId`: the same for everything one request or trigger led to.
 * - `causationId`: the event that made a reactor or process act.
 * - `traceId`: W3C trace id, 32 hexadecimal digits
 *   (https://www.w3.org/TR/trace-context/#trace-id).
 * - `commandId`: of the command that decided it; what a retry repeats.
 * - `commandHash`: digest of that command, so that another command under the
 *   same id is noticed.
 *
 * @public
 */
export const eventContextSchema = z.strictObject({
  plugin: z
    .string()
    .regex(/^[a-z][a-z0-9-]{0,62}$/, 'must be a plugin id like iam'),
  ip: z.union([z.ipv4(), z.ipv6()]).optional(),
  userAgent: lineSchema.max(1024).optional(),
  correlationId: token.optional(),
  causationId: eventIdSchema.optional(),
  traceId: z
    .string()
    .regex(/^[0-9a-f]{32}$/, 'must be 32 lower-case hexadecimal digits')
    .optional(),
  commandId: token.optional(),
  commandHash: token.optional(),
});

/** @public */
export type EventContext = z.infer<typeof eventContextSchema>;
