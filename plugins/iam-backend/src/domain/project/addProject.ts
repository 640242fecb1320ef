import {
  organizationIdSchema,
  parseInput,
  projectIdSchema,
} from '@callboard/plugin-iam-common';
import { z } from 'zod';
import type { CommandFields } from '../defineIamAggregate';
import { organizationAggregate } from '../organization/organization';
import { requireActiveOrganization } from '../organization/status';
import { change, read, type UnitOfWork } from '../unitOfWork';
import { projectAggregate } from './project';

const ids = z.object({
  project: projectIdSchema,
  organization: organizationIdSchema,
});

/** Adds a project to an organization. */
export function* addProject(
  command: { readonly project: string } & CommandFields<
    typeof projectAggregate,
    'Add'
  >,
): UnitOfWork {
  const { project, organization } = parseInput(ids, command);
  const { project: _id, ...fields } = command;
  requireActiveOrganization(yield* read(organizationAggregate, organization));
  yield* change(projectAggregate, project, { kind: 'Add', ...fields });
}
