import {
  nameSchema,
  organizationIdSchema,
  slugSchema,
  type OrganizationId,
} from '@callboard/plugin-iam-common';
import { z } from 'zod';
import { addOrganization } from '../domain/organization/addOrganization';
import { organizationAggregate } from '../domain/organization/organization';
import {
  deactivateOrganization,
  reactivateOrganization,
  startOrganizationRemoval,
} from '../domain/organization/organizationStanding';
import { change, type UnitOfWork } from '../domain/unitOfWork';
import { defineCommand } from './defineCommand';
import { metadataEntry, metadataKey, ofOrganization, version } from './fields';

type OrganizationCommand = Parameters<typeof organizationAggregate.decide>[1];

export function* changeOrganization(
  organization: OrganizationId,
  command: OrganizationCommand,
): UnitOfWork {
  yield* change(organizationAggregate, organization, command);
}

const justOrganization = z.strictObject({
  organization: organizationIdSchema,
  version,
});

export const organizationCommands = {
  createOrganization: defineCommand({
    creates: 'iam.organization',
    input: z.strictObject({ name: nameSchema, slug: slugSchema }),
    decide: (input, { id }) => addOrganization({ organization: id, ...input }),
  }),

  renameOrganization: defineCommand({
    input: z.strictObject({ ...ofOrganization, name: nameSchema }),
    decide: ({ organization, name }) =>
      changeOrganization(organization, { kind: 'Rename', name }),
  }),

  changeOrganizationSlug: defineCommand({
    input: z.strictObject({ ...ofOrganization, slug: slugSchema }),
    decide: ({ organization, slug }) =>
      changeOrganization(organization, { kind: 'ChangeSlug', slug }),
  }),

  setOrganizationMetadata: defineCommand({
    input: z.strictObject({ ...ofOrganization, ...metadataEntry }),
    decide: ({ organization, key, value }) =>
      changeOrganization(organization, { kind: 'SetMetadata', key, value }),
  }),

  removeOrganizationMetadata: defineCommand({
    input: z.strictObject({ ...ofOrganization, ...metadataKey }),
    decide: ({ organization, key }) =>
      changeOrganization(organization, { kind: 'RemoveMetadata', key }),
  }),

  deactivateOrganization: defineCommand({
    input: justOrganization,
    decide: ({ organization }) => deactivateOrganization({ organization }),
  }),

  reactivateOrganization: defineCommand({
    input: justOrganization,
    decide: ({ organization }) => reactivateOrganization({ organization }),
  }),

  /** Begins a process that takes along everything in it. */
  removeOrganization: defineCommand({
    input: justOrganization,
    decide: ({ organization }) => startOrganizationRemoval({ organization }),
  }),
};
