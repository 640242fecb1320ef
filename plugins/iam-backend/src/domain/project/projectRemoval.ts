/** The removal of a project, once it has started. */
import {
  accessIdOf,
  administrationIdOf,
  parseInput,
  projectIdSchema,
  type ProjectGrantId,
  type ProjectId,
  type SubjectId,
} from '@callboard/plugin-iam-common';
import { z } from 'zod';
import { accessAggregate } from '../access/access';
import { administrationAggregate } from '../administration/administration';
import { dropAdministrator } from '../administration/assignAdministrator';
import { projectGrantAggregate } from '../projectGrant/projectGrant';
import { change, read, type UnitOfWork } from '../unitOfWork';
import { projectAggregate } from './project';

/** What is done to each dependent of a stage. */
export const projectRemoval = {
  /** Goes on by itself; the stage is done when no project grant is left. */
  *project_grants(_project: ProjectId, grant: ProjectGrantId): UnitOfWork {
    const { status } = yield* read(projectGrantAggregate, grant);
    if (status !== 'none') {
      yield* change(projectGrantAggregate, grant, { kind: 'StartRemoval' });
    }
  },

  *grants(project: ProjectId, subject: SubjectId): UnitOfWork {
    yield* change(accessAggregate, accessIdOf(subject), {
      kind: 'RevokeProject',
      subject,
      project,
      because: 'project_removed',
    });
  },

  *administrators(project: ProjectId, subject: SubjectId): UnitOfWork {
    yield* dropAdministrator({ scope: project, subject });
  },
};

const input = z.strictObject({ project: projectIdSchema });

export function* finishProjectRemoval(
  command: z.input<typeof input>,
): UnitOfWork {
  const { project } = parseInput(input, command);
  yield* change(projectAggregate, project, { kind: 'FinishRemoval' });
  yield* change(administrationAggregate, administrationIdOf(project), {
    kind: 'Close',
    scope: project,
  });
}
