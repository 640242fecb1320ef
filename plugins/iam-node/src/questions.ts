/**
 * The questions of `IamService` as they travel between backends: one POST each,
 * open to services only.
 */
import {
  positionSchema,
  type Position,
} from '@callboard/plugin-eventstore-common';
import { scopeIdSchema, userIdSchema } from '@callboard/plugin-iam-common';
import { z } from 'zod';
import type { IamReadOptions } from './IamService';

/** Below the address of IAM's plugin. @public */
export const QUESTIONS_PATH = '/questions/v1';

const permission = z.string().min(1).max(200);

const options = z.strictObject({
  fresh: z.boolean().optional(),
  after: positionSchema.optional(),
  asOf: z
    .union([positionSchema, z.iso.datetime().transform(text => new Date(text))])
    .optional(),
});

/** By the name of the method that asks. @public */
export const questionSchemas = {
  may: z.strictObject({
    user: userIdSchema,
    permission,
    scope: scopeIdSchema,
    options,
  }),
  allowancesOf: z.strictObject({ user: userIdSchema, permission, options }),
  userOf: z.strictObject({ user: userIdSchema, options }),
  groupsOf: z.strictObject({ user: userIdSchema, options }),
};

/** @public */
export type QuestionName = keyof typeof questionSchemas;

/** What {@link questionSchemas} read. */
export function toWire({ fresh, after, asOf }: IamReadOptions = {}): {
  fresh?: boolean;
  after?: Position;
  asOf?: Position | string;
} {
  return {
    fresh,
    after,
    asOf: asOf instanceof Date ? asOf.toISOString() : asOf,
  };
}
