import {
  projectAdded,
  projectChanged,
  projectDeactivated,
  projectReactivated,
  projectRemovalStarted,
  projectRemoved,
  projectRoleAdded,
  projectRoleChanged,
  projectRoleRemovalCancelled,
  projectRoleRemovalStarted,
  projectRoleRemoved,
} from '@callboard/plugin-iam-common';
import { ids } from '../__testUtils__/scene';
import { specifyCommands } from '../__testUtils__/specifyCommands';
import { projectRemovalStageCompleted } from './events';
import { projectAggregate, projectRemovalStages } from './project';

const organization = ids.organization();
const content = { name: 'Portal', slug: 'portal' };
const added = projectAdded.of({ organization, ...content });
const key = 'release-manager';
const role = {
  key,
  name: 'Release manager',
  permissions: [
    { pattern: 'deployments.*', conditions: [{ kind: 'owned' as const }] },
    { pattern: 'catalog.entity.read', conditions: [] },
  ],
};
const withRole = [added, projectRoleAdded.of(role)];
const roleRemoving = (withGrants = false) =>
  projectRoleRemovalStarted.of({ key, withGrants });
const removing = [added, projectRemovalStarted.of({})];
const stage = (name: string) =>
  projectRemovalStageCompleted.of({ stage: name });
const emptied = [...removing, ...projectRemovalStages.map(stage)];

specifyCommands(
  projectAggregate,
  {
    Add: [
      {
        it: 'adds',
        with: { organization, ...content },
        then: [added],
        again: 'iam.project.exists',
      },
    ],
    Change: [
      {
        it: 'changes',
        given: [added],
        with: { name: 'The portal', slug: 'portal' },
        then: [projectChanged.of({ name: 'The portal', slug: 'portal' })],
      },
      {
        it: 'needs a project',
        with: content,
        refused: 'iam.project.not_found',
      },
      {
        it: 'is refused while it is removed',
        given: removing,
        with: content,
        refused: 'iam.project.removing',
      },
    ],
    Deactivate: [
      { it: 'deactivates', given: [added], then: [projectDeactivated.of({})] },
    ],
    Reactivate: [
      {
        it: 'reactivates',
        given: [added, projectDeactivated.of({})],
        then: [projectReactivated.of({})],
      },
    ],
    AddRole: [
      {
        it: 'adds',
        given: [added],
        with: {
          ...role,
          permissions: [
            role.permissions[0],
            { pattern: 'catalog.entity.read' },
          ],
        },
        then: [projectRoleAdded.of(role)],
        again: 'iam.project.role_exists',
      },
      {
        it: 'refuses a key in another alphabet',
        given: [added],
        with: { ...role, key: 'rеader' },
        refused: ['iam.input.alphabet', 'key'],
      },
      {
        it: 'refuses the same permission twice',
        given: [added],
        with: { ...role, permissions: [{ pattern: 'a' }, { pattern: 'a' }] },
        refused: ['iam.input.duplicate', 'permissions'],
      },
      {
        it: 'refuses a condition that nobody knows',
        given: [added],
        with: {
          ...role,
          permissions: [{ pattern: 'a', conditions: [{ kind: 'weekday' }] }],
        },
        refused: [
          'iam.input.unknown_choice',
          'permissions.0.conditions.0.kind',
        ],
      },
      {
        it: 'has room for 500',
        given: [
          added,
          ...Array.from({ length: 500 }, (_, n) =>
            projectRoleAdded.of({ ...role, key: `r${n}` }),
          ),
        ],
        with: role,
        refused: ['iam.project.too_many_roles', 'key'],
      },
    ],
    ChangeRole: [
      {
        it: 'changes',
        given: withRole,
        with: { ...role, permissions: [] },
        then: [projectRoleChanged.of({ ...role, permissions: [] })],
      },
      {
        it: 'needs the role',
        given: [added],
        with: role,
        refused: ['iam.project.role_not_found', 'key'],
      },
      {
        it: 'is refused while it is removed',
        given: [...withRole, roleRemoving()],
        with: role,
        refused: ['iam.project.role_removing', 'key'],
      },
    ],
    StartRoleRemoval: [
      {
        it: 'starts',
        given: withRole,
        with: { key, withGrants: false },
        then: [roleRemoving()],
      },
      {
        it: 'can be told to take the grants along after all',
        given: [...withRole, roleRemoving()],
        with: { key, withGrants: true },
        then: [roleRemoving(true)],
      },
      {
        it: 'needs the role',
        given: [added],
        with: { key, withGrants: false },
        refused: ['iam.project.role_not_found', 'key'],
      },
    ],
    FinishRoleRemoval: [
      {
        it: 'removes what nobody has',
        given: [...withRole, roleRemoving()],
        with: { key, count: 0, position: 3 },
        then: [projectRoleRemoved.of({ key })],
      },
      {
        it: 'keeps what somebody has',
        given: [...withRole, roleRemoving()],
        with: { key, count: 2, position: 3 },
        then: [projectRoleRemovalCancelled.of({ key })],
      },
      {
        it: 'waits where the grants go along',
        given: [...withRole, roleRemoving(true)],
        with: { key, count: 2, position: 3 },
        refused: ['iam.project.role_removing', 'key'],
      },
      {
        it: 'believes no count from before the removal',
        given: [...withRole, roleRemoving()],
        with: { key, count: 0, position: 2 },
        then: [],
      },
    ],
    StartRemoval: [
      { it: 'starts', given: [added], then: [projectRemovalStarted.of({})] },
      { it: 'needs a project', refused: 'iam.project.not_found' },
    ],
    CompleteRemovalStage: [
      {
        it: 'completes the next stage',
        given: removing,
        with: { stage: 'project_grants' },
        then: [stage('project_grants')],
      },
      {
        it: 'keeps the order',
        given: removing,
        with: { stage: 'administrators' },
        refused: ['iam.project.removing', 'stage'],
      },
      {
        it: 'needs a removal',
        given: [added],
        with: { stage: 'grants' },
        refused: 'iam.project.not_removing',
      },
    ],
    FinishRemoval: [
      { it: 'finishes', given: emptied, then: [projectRemoved.of({})] },
      {
        it: 'waits for every stage',
        given: removing,
        refused: 'iam.project.removing',
      },
      {
        it: 'needs a removal',
        given: [added],
        refused: 'iam.project.not_removing',
      },
    ],
  },
  { begins: ['Add'], gone: [...emptied, projectRemoved.of({})] },
);
