/** Instances (virtual tenants) and what belongs to them directly. */
import {
  DEFAULT_INSTANCE,
  instanceIdSchema,
  type InstanceId,
} from '@callboard/plugin-eventstore-common';
import {
  hostNameSchema,
  instanceAggregateId,
  languageSchema,
  nameSchema,
  organizationIdSchema,
  refusal,
} from '@callboard/plugin-iam-common';
import { z } from 'zod';
import { changeDefaultOrganization } from '../domain/instance/changeDefaultOrganization';
import { instanceAggregate } from '../domain/instance/instance';
import { change, currentInstance, type UnitOfWork } from '../domain/unitOfWork';
import { defineCommand } from './defineCommand';
import { version } from './fields';

type InstanceCommand = Parameters<typeof instanceAggregate.decide>[1];

/** Runs a command of the instance that the caller is in. */
function* changeInstance(command: InstanceCommand): UnitOfWork {
  const id = instanceAggregateId(yield* currentInstance());
  yield* change(instanceAggregate, id, command);
}

/** A name that is also part of addresses and of the log. */
const newInstance = z
  .string()
  .min(1)
  .max(63)
  .pipe(instanceIdSchema)
  .refine(name => name !== DEFAULT_INSTANCE, {
    error: 'is reserved',
    params: { code: 'iam.input.reserved' },
  });

const inDomain = { domain: hostNameSchema, version };

export const instanceCommands = {
  /** `instance` names it; the caller's own is not looked at. */
  createInstance: defineCommand({
    input: z.strictObject({
      instance: newInstance,
      name: nameSchema,
      language: languageSchema,
      domain: hostNameSchema.optional(),
    }),
    *decide({ name, language, domain }) {
      yield* changeInstance({ kind: 'Add', name, language });
      if (domain !== undefined) {
        yield* changeInstance({ kind: 'AddDomain', domain });
      }
    },
  }),

  changeInstanceLimits: defineCommand({
    input: z.strictObject({
      instance: instanceIdSchema,
      blocked: z.boolean(),
      auditDays: z.int().min(1).max(36_500).nullable(),
    }),
    decide: ({ blocked, auditDays }) =>
      changeInstance({ kind: 'ChangeLimits', blocked, auditDays }),
  }),

  /** Begins a process that takes along everything in it. */
  removeInstance: defineCommand({
    input: z.strictObject({ instance: instanceIdSchema }),
    *decide({ instance }) {
      if (instance === DEFAULT_INSTANCE) {
        throw refusal('iam.input.reserved', 'instance');
      }
      yield* changeInstance({ kind: 'StartRemoval' });
    },
  }),

  renameInstance: defineCommand({
    input: z.strictObject({ name: nameSchema, version }),
    decide: ({ name }) => changeInstance({ kind: 'Rename', name }),
  }),

  changeDefaultLanguage: defineCommand({
    input: z.strictObject({ language: languageSchema, version }),
    decide: ({ language }) =>
      changeInstance({ kind: 'ChangeDefaultLanguage', language }),
  }),

  changeDefaultOrganization: defineCommand({
    input: z.strictObject({ organization: organizationIdSchema, version }),
    decide: ({ organization }) => changeDefaultOrganization({ organization }),
  }),

  addInstanceDomain: defineCommand({
    input: z.strictObject(inDomain),
    decide: ({ domain }) => changeInstance({ kind: 'AddDomain', domain }),
  }),

  changePrimaryInstanceDomain: defineCommand({
    input: z.strictObject(inDomain),
    decide: ({ domain }) =>
      changeInstance({ kind: 'ChangePrimaryDomain', domain }),
  }),

  removeInstanceDomain: defineCommand({
    input: z.strictObject(inDomain),
    decide: ({ domain }) => changeInstance({ kind: 'RemoveDomain', domain }),
  }),
};

/** In which instance a command runs: the operator's name theirs. */
export function instanceOf(
  input: Readonly<Record<string, unknown>>,
  own: InstanceId,
): InstanceId {
  return typeof input.instance === 'string'
    ? (input.instance as InstanceId)
    : own;
}
