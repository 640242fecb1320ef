import {
  accessIdOf,
  groupIdSchema,
  organizationIdSchema,
  userIdSchema,
  type GroupId,
} from '@callboard/plugin-iam-common';
import { z } from 'zod';
import { addGroup } from '../domain/group/addGroup';
import { groupAggregate } from '../domain/group/group';
import { startGroupRemoval } from '../domain/group/groupRemoval';
import {
  addMember,
  addSubgroup,
  removeMember,
  removeSubgroup,
} from '../domain/group/members';
import { accessAggregate } from '../domain/access/access';
import { change, read, type UnitOfWork } from '../domain/unitOfWork';
import { defineCommand } from './defineCommand';
import {
  content,
  metadataEntry,
  metadataKey,
  ofGroup,
  version,
} from './fields';
import { holdingsOf } from './holdings';

type GroupCommand = Parameters<typeof groupAggregate.decide>[1];

function* changeGroup(group: GroupId, command: GroupCommand): UnitOfWork {
  yield* change(groupAggregate, group, command);
}

const membership = z.strictObject({ ...ofGroup, user: userIdSchema });
const nesting = z.strictObject({
  parent: groupIdSchema,
  child: groupIdSchema,
  version,
});

export const groupCommands = {
  createGroup: defineCommand({
    creates: 'iam.group',
    input: z.strictObject({ organization: organizationIdSchema, ...content }),
    decide: (input, { id }) => addGroup({ group: id, ...input }),
  }),

  changeGroup: defineCommand({
    input: z.strictObject({ ...ofGroup, ...content }),
    decide: ({ group, version: _seen, ...input }) =>
      changeGroup(group, { kind: 'Change', ...input }),
  }),

  setGroupMetadata: defineCommand({
    input: z.strictObject({ ...ofGroup, ...metadataEntry }),
    decide: ({ group, key, value }) =>
      changeGroup(group, { kind: 'SetMetadata', key, value }),
  }),

  removeGroupMetadata: defineCommand({
    input: z.strictObject({ ...ofGroup, ...metadataKey }),
    decide: ({ group, key }) =>
      changeGroup(group, { kind: 'RemoveMetadata', key }),
  }),

  /** Begins a process that tells its members. */
  removeGroup: defineCommand({
    input: z.strictObject(ofGroup),
    decide: ({ group }) => startGroupRemoval({ group }),
  }),

  /** Gives a user what the group has. */
  addMember: defineCommand({
    input: membership,
    *handsOut({ group, user }) {
      const { groups } = yield* read(accessAggregate, accessIdOf(user));
      return groups.has(group) ? [] : yield* holdingsOf(group, 'group');
    },
    decide: ({ group, user }) => addMember({ group, user }),
  }),

  removeMember: defineCommand({
    input: membership,
    decide: ({ group, user }) => removeMember({ group, user }),
  }),

  /** Gives the members of `child` what `parent` has. */
  addSubgroup: defineCommand({
    input: nesting,
    handsOut: ({ parent }) => holdingsOf(parent, 'parent'),
    decide: ({ parent, child }) => addSubgroup({ parent, child }),
  }),

  removeSubgroup: defineCommand({
    input: nesting,
    decide: ({ parent, child }) => removeSubgroup({ parent, child }),
  }),
};
