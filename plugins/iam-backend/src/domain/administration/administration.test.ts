import {
  administrationClosed,
  administratorRoleAssigned,
  administratorRoleUnassigned,
  instanceAggregateId,
  type SubjectId,
} from '@callboard/plugin-iam-common';
import { ids, inDays } from '../__testUtils__/scene';
import { specifyCommands } from '../__testUtils__/specifyCommands';
import { administrationAggregate } from './administration';
import {
  administratorStandingChanged,
  organizationStandingChanged,
} from './events';

const scope = instanceAggregateId('default' as never);
const organization = ids.organization();
const elsewhere = ids.organization();
const ann = ids.user();
const bob = ids.user();
const group = ids.group();
const role = 'instance-owner' as const;
const level = 'instance';
const stands = { organization, stands: true };
const assigned = (subject: SubjectId = ann, expiresAt?: string) =>
  administratorRoleAssigned.of({ scope, subject, role, expiresAt });
const standing = (user = ann, is = true, of = organization) =>
  administratorStandingChanged.of({
    scope,
    user,
    organization: of,
    stands: is,
  });
const owner = (user = ann, of = organization) => [
  assigned(user),
  standing(user, true, of),
];
const unassigned = (subject = ann) =>
  administratorRoleUnassigned.of({
    scope,
    subject,
    role,
    because: 'unassigned',
  });
const away = organizationStandingChanged.of({
  scope,
  organization,
  stands: false,
});
const viewer = {
  scope,
  subject: ann,
  role: 'instance-viewer' as const,
};

specifyCommands(administrationAggregate, {
  Assign: [
    {
      it: 'assigns, and notes whether the person could act',
      with: { scope, subject: ann, role, level, standing: stands },
      then: owner(),
    },
    {
      it: 'assigns to a group, which never counts as an owner',
      with: { scope, subject: group, role, level },
      then: [assigned(group)],
    },
    {
      it: 'is for roles of the level',
      with: { scope, subject: ann, role: 'project-owner', level: 'project' },
      refused: ['iam.administration.wrong_level', 'role'],
    },
    {
      it: 'does not give the last owner an end',
      given: owner(),
      with: { scope, subject: ann, role, level, expiresAt: inDays(1) },
      refused: 'iam.administration.last_owner',
    },
    {
      it: 'does not end before it starts',
      with: { scope, subject: ann, role, level, expiresAt: inDays(0) },
      refused: ['iam.input.past', 'expiresAt'],
    },
    {
      it: 'is over once what is administered is gone',
      given: [administrationClosed.of({ scope })],
      with: { scope, subject: ann, role, level },
      refused: ['iam.administration.closed', 'scope'],
    },
    {
      it: 'has room for 5,000',
      given: Array.from({ length: 5_000 }, () => assigned(ids.user())),
      with: { scope, subject: ann, role, level },
      refused: ['iam.administration.too_many', 'subject'],
    },
    {
      it: 'refuses a role that nobody defined',
      with: { scope, subject: ann, role: 'emperor', level },
      refused: ['iam.input.format', 'role'],
    },
  ],
  Unassign: [
    {
      it: 'unassigns while somebody else can act',
      given: [...owner(), ...owner(bob)],
      with: { scope, subject: ann, role },
      then: [unassigned()],
    },
    {
      it: 'keeps the last owner',
      given: owner(),
      with: { scope, subject: ann, role },
      refused: 'iam.administration.last_owner',
    },
    {
      it: 'does not count one who is locked',
      given: [...owner(), assigned(bob), standing(bob, false)],
      with: { scope, subject: ann, role },
      refused: 'iam.administration.last_owner',
    },
    {
      it: 'does not count a group, nor one whose time will be over',
      given: [
        ...owner(),
        assigned(group),
        assigned(bob, inDays(5)),
        standing(bob),
      ],
      with: { scope, subject: ann, role },
      refused: 'iam.administration.last_owner',
    },
    {
      it: 'does not count one whose organization is inactive',
      given: [...owner(ann, elsewhere), ...owner(bob), away],
      with: { scope, subject: ann, role },
      refused: 'iam.administration.last_owner',
    },
    {
      it: 'lets one go who could not act anyway',
      given: [assigned(), standing(ann, false)],
      with: { scope, subject: ann, role },
      then: [unassigned()],
    },
  ],
  DropRole: [
    {
      it: 'unassigns, since the role goes',
      given: [administratorRoleAssigned.of(viewer)],
      with: viewer,
      then: [
        administratorRoleUnassigned.of({ ...viewer, because: 'role_removed' }),
      ],
    },
  ],
  ExpireRole: [
    {
      it: 'writes down that it is over',
      given: [assigned(ann, inDays(-1))],
      with: { scope, subject: ann, role },
      then: [
        administratorRoleUnassigned.of({
          scope,
          subject: ann,
          role,
          because: 'expired',
        }),
      ],
    },
    {
      it: 'waits for the end',
      given: [assigned(ann, inDays(1))],
      with: { scope, subject: ann, role },
      refused: ['iam.access.not_expired', 'role'],
    },
  ],
  DropSubject: [
    {
      it: 'unassigns every role',
      given: [...owner(), ...owner(bob), administratorRoleAssigned.of(viewer)],
      with: { scope, subject: ann },
      then: (['instance-owner', 'instance-viewer'] as const).map(each =>
        administratorRoleUnassigned.of({
          scope,
          subject: ann,
          role: each,
          because: 'subject_removed',
        }),
      ),
    },
    {
      it: 'keeps the last owner',
      given: owner(),
      with: { scope, subject: ann },
      refused: 'iam.administration.last_owner',
    },
    {
      it: 'drops even the last one where that is decided already',
      given: owner(),
      with: { scope, subject: ann, evenIfLast: true },
      then: [
        administratorRoleUnassigned.of({
          scope,
          subject: ann,
          role,
          because: 'subject_removed',
        }),
      ],
    },
  ],
  ChangeStanding: [
    {
      it: 'notes that somebody cannot act any more',
      given: [...owner(), ...owner(bob)],
      with: { scope, user: ann, organization, stands: false },
      then: [standing(ann, false)],
    },
    {
      it: 'keeps the last owner',
      given: owner(),
      with: { scope, user: ann, organization, stands: false },
      refused: 'iam.administration.last_owner',
    },
    {
      it: 'knows only administrators',
      with: { scope, user: ann, organization, stands: true },
      then: [],
    },
  ],
  ChangeOrganizationStanding: [
    {
      it: 'notes that an organization is away',
      given: [...owner(ann, elsewhere), ...owner(bob)],
      with: { scope, organization, stands: false },
      then: [away],
    },
    {
      it: 'keeps the last owner',
      given: owner(),
      with: { scope, organization, stands: false },
      refused: 'iam.administration.last_owner',
    },
  ],
  Close: [
    {
      it: 'closes',
      given: owner(),
      with: { scope },
      then: [administrationClosed.of({ scope })],
    },
  ],
});
