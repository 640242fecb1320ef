import {
  administratorRoleAdded,
  administratorRoleChanged,
  administratorRoleRemovalCancelled,
  administratorRoleRemovalStarted,
  administratorRoleRemoved,
} from '@callboard/plugin-iam-common';
import { ids } from '../__testUtils__/scene';
import { specifyCommands } from '../__testUtils__/specifyCommands';
import { administratorRoleAggregate } from './administratorRole';

const organization = ids.organization();
const content = { name: 'Help desk', permissions: ['iam.user.*'] };
const fields = {
  organization,
  key: 'help-desk',
  level: 'organization',
  ...content,
} as const;
const added = administratorRoleAdded.of(fields);
const removing = (withAssignments = false) =>
  administratorRoleRemovalStarted.of({ withAssignments });

specifyCommands(
  administratorRoleAggregate,
  {
    Add: [
      {
        it: 'adds',
        with: fields,
        then: [added],
        again: 'iam.administrator_role.exists',
      },
      {
        it: 'keeps the keys of built-in roles',
        with: { ...fields, key: 'instance-owner' },
        refused: ['iam.input.reserved', 'key'],
      },
      {
        it: "lets an organization define none of the instance's level",
        with: { ...fields, level: 'instance' },
        refused: ['iam.administration.wrong_level', 'level'],
      },
      {
        it: 'refuses a pattern that names nothing',
        with: { ...fields, permissions: ['iam..user'] },
        refused: ['iam.input.format', 'permissions.0'],
      },
      {
        it: 'needs a permission',
        with: { ...fields, permissions: [] },
        refused: ['iam.input.empty', 'permissions'],
      },
    ],
    Change: [
      {
        it: 'changes',
        given: [added],
        with: { ...content, permissions: ['iam.user.read'] },
        then: [
          administratorRoleChanged.of({
            ...content,
            permissions: ['iam.user.read'],
          }),
        ],
      },
      {
        it: 'needs the role',
        with: content,
        refused: 'iam.administrator_role.not_found',
      },
      {
        it: 'is refused while it is removed',
        given: [added, removing()],
        with: content,
        refused: 'iam.administrator_role.removing',
      },
    ],
    StartRemoval: [
      {
        it: 'starts',
        given: [added],
        with: { withAssignments: false },
        then: [removing()],
      },
      {
        it: 'can be told to take the assignments along after all',
        given: [added, removing()],
        with: { withAssignments: true },
        then: [removing(true)],
      },
      {
        it: 'needs the role',
        with: { withAssignments: false },
        refused: 'iam.administrator_role.not_found',
      },
    ],
    FinishRemoval: [
      {
        it: 'removes what nobody has',
        given: [added, removing()],
        with: { count: 0, position: 2 },
        then: [administratorRoleRemoved.of({})],
      },
      {
        it: 'keeps what somebody has',
        given: [added, removing()],
        with: { count: 1, position: 2 },
        then: [administratorRoleRemovalCancelled.of({})],
      },
      {
        it: 'waits where the assignments go along',
        given: [added, removing(true)],
        with: { count: 1, position: 2 },
        refused: 'iam.administrator_role.removing',
      },
      {
        it: 'believes no count from before the removal',
        given: [added, removing()],
        with: { count: 0, position: 1 },
        then: [],
      },
      {
        it: 'believes no count of a removal that was cancelled',
        given: [
          added,
          removing(),
          administratorRoleRemovalCancelled.of({}),
          removing(),
        ],
        with: { count: 0, position: 3 },
        then: [],
      },
      {
        it: 'needs the role',
        with: { count: 0, position: 1 },
        refused: 'iam.administrator_role.not_found',
      },
    ],
  },
  {
    begins: ['Add'],
    gone: [added, removing(), administratorRoleRemoved.of({})],
  },
);
