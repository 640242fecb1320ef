import {
  projectGrantAdded,
  projectGrantDeactivated,
  projectGrantReactivated,
  projectGrantRemovalStarted,
  projectGrantRemoved,
  projectGrantRolesChanged,
} from '@callboard/plugin-iam-common';
import { ids } from '../__testUtils__/scene';
import { specifyCommands } from '../__testUtils__/specifyCommands';
import { projectGrantWithdrawalCompleted } from './events';
import { projectGrantAggregate } from './projectGrant';

const fields = {
  project: ids.project(),
  organization: ids.organization(),
  roles: ['reader', 'writer'],
};
const added = projectGrantAdded.of(fields);
const withdrawn = projectGrantRolesChanged.of({
  roles: ['reader'],
  withdrawn: ['writer'],
});
const removing = [added, projectGrantRemovalStarted.of({})];
const completed = projectGrantWithdrawalCompleted.of({ roles: ['writer'] });

specifyCommands(
  projectGrantAggregate,
  {
    Add: [
      {
        it: 'adds',
        with: { ...fields, roles: ['reader', 'Writer', 'reader'] },
        then: [added],
        again: 'iam.project_grant.exists',
      },
      {
        it: 'adds again what has been removed',
        given: [...removing, projectGrantRemoved.of({})],
        with: fields,
        then: [added],
        again: 'iam.project_grant.exists',
      },
      {
        it: 'waits for the end of a removal',
        given: removing,
        with: fields,
        refused: 'iam.project_grant.removing',
      },
    ],
    ChangeRoles: [
      {
        it: 'withdraws at once',
        given: [added],
        with: { roles: ['reader'] },
        then: [withdrawn],
      },
      {
        it: 'does not bring a role back whose grants are still there',
        given: [added, withdrawn],
        with: { roles: ['reader', 'writer'] },
        refused: ['iam.project_grant.role_withdrawn', 'roles.1'],
      },
      {
        it: 'brings it back once they are gone',
        given: [added, withdrawn, completed],
        with: { roles: ['reader', 'writer'] },
        then: [
          projectGrantRolesChanged.of({
            roles: ['reader', 'writer'],
            withdrawn: [],
          }),
        ],
      },
      {
        it: 'needs the delegation',
        with: { roles: ['reader'] },
        refused: 'iam.project_grant.not_found',
      },
    ],
    CompleteWithdrawal: [
      {
        it: 'completes',
        given: [added, withdrawn],
        with: { roles: ['writer'], count: 0, position: 2 },
        then: [completed],
      },
      {
        it: 'waits for the last grant',
        given: [added, withdrawn],
        with: { roles: ['writer'], count: 1, position: 2 },
        refused: ['iam.project_grant.role_withdrawn', 'count'],
      },
      {
        it: 'believes no count from before',
        given: [added, withdrawn],
        with: { roles: ['writer'], count: 0, position: 1 },
        then: [],
      },
    ],
    Deactivate: [
      {
        it: 'deactivates',
        given: [added],
        then: [projectGrantDeactivated.of({})],
      },
      {
        it: 'needs the delegation',
        refused: 'iam.project_grant.not_found',
      },
    ],
    Reactivate: [
      {
        it: 'reactivates',
        given: [added, projectGrantDeactivated.of({})],
        then: [projectGrantReactivated.of({})],
      },
    ],
    StartRemoval: [
      {
        it: 'starts',
        given: [added],
        then: [projectGrantRemovalStarted.of({})],
      },
      {
        it: 'needs the delegation',
        refused: 'iam.project_grant.not_found',
      },
    ],
    FinishRemoval: [
      {
        it: 'finishes',
        given: removing,
        with: { count: 0, position: 2 },
        then: [projectGrantRemoved.of({})],
      },
      {
        it: 'waits for the last grant',
        given: removing,
        with: { count: 1, position: 2 },
        refused: ['iam.project_grant.removing', 'count'],
      },
      {
        it: 'believes no count from before',
        given: removing,
        with: { count: 0, position: 1 },
        then: [],
      },
    ],
  },
  { begins: ['Add'], gone: [...removing, projectGrantRemoved.of({})] },
);
