/** Policies, labels among them, of an instance or an organization. */
import { policyKinds, policyOwnerIdSchema } from '@callboard/plugin-iam-common';
import { z } from 'zod';
import { resetPolicy, setPolicy } from '../domain/policy/setPolicy';
import { defineCommand } from './defineCommand';

const inOwner = { owner: policyOwnerIdSchema, policy: z.enum(policyKinds) };

export const policyCommands = {
  /** `settings` are checked by the schema of the policy. */
  setPolicy: defineCommand({
    input: z.strictObject({
      ...inOwner,
      settings: z.unknown(),
      /** By an instance: organizations cannot decide otherwise. */
      enforced: z.boolean().default(false),
    }),
    decide: input => setPolicy(input),
  }),

  resetPolicy: defineCommand({
    input: z.strictObject(inOwner),
    decide: input => resetPolicy(input),
  }),
};
