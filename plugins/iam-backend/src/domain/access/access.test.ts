import {
  accessClosed,
  administrationGained,
  administrationLost,
  groupJoined,
  groupLeft,
  roleGranted,
  roleRevoked,
} from '@callboard/plugin-iam-common';
import { ids, inDays } from '../__testUtils__/scene';
import { specifyCommands } from '../__testUtils__/specifyCommands';
import { accessAggregate } from './access';

const subject = ids.user();
const group = ids.group();
const project = ids.project();
const organization = ids.organization();
const scope = ids.organization();
const joined = groupJoined.of({ subject, group });
const granted = (role: string, expiresAt?: string) =>
  roleGranted.of({ subject, project, organization, role, expiresAt });
const revoked = (
  role: string,
  because: 'revoked' | 'expired' | 'project_removed',
) => roleRevoked.of({ subject, project, role, because });
const to = { subject, project, organization };
const closed = accessClosed.of({ subject });

specifyCommands(accessAggregate, {
  JoinGroup: [
    { it: 'joins', with: { subject, group }, then: [joined] },
    {
      it: 'is refused for one who is gone',
      given: [closed],
      with: { subject, group },
      refused: ['iam.access.closed', 'subject'],
    },
    {
      it: 'has room for 1,000',
      given: Array.from({ length: 1_000 }, () =>
        groupJoined.of({ subject, group: ids.group() }),
      ),
      with: { subject, group },
      refused: ['iam.access.too_many', 'group'],
    },
    {
      it: 'is for users',
      with: { subject: group, group },
      refused: ['iam.input.wrong_kind', 'subject'],
    },
  ],
  LeaveGroup: [
    {
      it: 'leaves',
      given: [joined],
      with: { subject, group, because: 'removed_from_group' },
      then: [groupLeft.of({ subject, group, because: 'removed_from_group' })],
    },
  ],
  GrantRoles: [
    {
      it: 'grants what is not granted yet',
      given: [granted('reader')],
      with: { ...to, roles: [{ key: 'reader' }, { key: 'writer' }] },
      then: [granted('writer')],
    },
    {
      it: 'changes when it ends',
      given: [granted('reader')],
      with: { ...to, roles: [{ key: 'reader', expiresAt: inDays(1) }] },
      then: [granted('reader', inDays(1))],
    },
    {
      it: 'does not end before it starts',
      with: {
        ...to,
        roles: [{ key: 'a' }, { key: 'b', expiresAt: inDays(0) }],
      },
      refused: ['iam.input.past', 'roles.1.expiresAt'],
    },
    {
      it: 'refuses a role given twice',
      with: { ...to, roles: [{ key: 'a' }, { key: 'A' }] },
      refused: ['iam.input.duplicate', 'roles.1.key'],
    },
    {
      it: 'needs a role',
      with: { ...to, roles: [] },
      refused: ['iam.input.empty', 'roles'],
    },
    {
      it: 'is refused for one who is gone',
      given: [closed],
      with: { ...to, roles: [{ key: 'reader' }] },
      refused: ['iam.access.closed', 'subject'],
    },
    {
      it: 'has room for 2,000',
      given: Array.from({ length: 2_000 }, (_, n) => granted(`r${n}`)),
      with: { ...to, roles: [{ key: 'reader' }] },
      refused: ['iam.access.too_many', 'roles'],
    },
  ],
  RevokeRoles: [
    {
      it: 'revokes what is granted',
      given: [granted('reader')],
      with: {
        subject,
        project,
        roles: ['reader', 'writer', 'reader'],
        because: 'revoked',
      },
      then: [revoked('reader', 'revoked')],
    },
  ],
  RevokeProject: [
    {
      it: 'revokes all',
      given: [granted('reader'), granted('writer')],
      with: { subject, project, because: 'project_removed' },
      then: [
        revoked('reader', 'project_removed'),
        revoked('writer', 'project_removed'),
      ],
    },
  ],
  ExpireRole: [
    {
      it: 'writes down that it is over',
      given: [granted('reader', inDays(-1))],
      with: { subject, project, role: 'reader' },
      then: [revoked('reader', 'expired')],
    },
    {
      it: 'waits for the end',
      given: [granted('reader', inDays(1))],
      with: { subject, project, role: 'reader' },
      refused: ['iam.access.not_expired', 'role'],
    },
    {
      it: 'leaves alone what has no end',
      given: [granted('reader')],
      with: { subject, project, role: 'reader' },
      refused: ['iam.access.not_expired', 'role'],
    },
  ],
  GainAdministration: [
    {
      it: 'gains',
      with: { subject, scope },
      then: [administrationGained.of({ subject, scope })],
    },
    {
      it: 'has room for 500',
      given: Array.from({ length: 500 }, () =>
        administrationGained.of({ subject, scope: ids.project() }),
      ),
      with: { subject, scope },
      refused: ['iam.access.too_many', 'scope'],
    },
  ],
  LoseAdministration: [
    {
      it: 'loses',
      given: [administrationGained.of({ subject, scope })],
      with: { subject, scope },
      then: [administrationLost.of({ subject, scope })],
    },
  ],
  Close: [
    {
      it: 'closes',
      given: [joined, granted('reader')],
      with: { subject },
      then: [closed],
    },
  ],
});
