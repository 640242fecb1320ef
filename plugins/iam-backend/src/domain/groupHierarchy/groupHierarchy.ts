/**
 * Which group is in which, of one organization: the members of a child are
 * members of its parents. One aggregate holds all of it, so that whether an
 * edge closes a cycle is decided on the whole graph at one version
 * (catalog/docs/decisions/0041). A group may have several parents.
 */
import {
  groupDropped,
  groupIdSchema,
  refusal,
  subgroupAdded,
  subgroupRemoved,
  type GroupId,
} from '@callboard/plugin-iam-common';
import { defineIamAggregate, rulesFor } from '../defineIamAggregate';
import { groupHierarchyEvents } from './events';
import { Graph } from './Graph';

export interface GroupHierarchyState {
  /** From parent to child. */
  readonly children: Graph;
  /** From child to parent. */
  readonly parents: Graph;
}

/** Groups on the longest way from top to bottom. */
const MAX_DEPTH = 16;

const rule = rulesFor<GroupHierarchyState>();
const edge = { parent: groupIdSchema, child: groupIdSchema };

const rules = {
  /** Part of `addSubgroup`. */
  AddSubgroup: rule(edge, (state, { parent, child }) => {
    if (state.children.from(parent).has(child)) {
      return [];
    }
    if (state.children.reachable(child).has(parent)) {
      throw refusal('iam.group.cycle', 'child');
    }
    const depth =
      state.parents.longestWay(parent) + state.children.longestWay(child);
    if (depth > MAX_DEPTH) {
      throw refusal('iam.group.too_deep', 'child');
    }
    return [subgroupAdded.of({ parent, child })];
  }),

  RemoveSubgroup: rule(edge, (state, { parent, child }) =>
    state.children.from(parent).has(child)
      ? [subgroupRemoved.of({ parent, child })]
      : [],
  ),

  /** Part of `startGroupRemoval`. */
  DropGroup: rule({ group: groupIdSchema }, (state, { group }) =>
    state.children.from(group).size + state.parents.from(group).size > 0
      ? [groupDropped.of({ group })]
      : [],
  ),
};

function withoutEdge(
  { children, parents }: GroupHierarchyState,
  parent: GroupId,
  child: GroupId,
): GroupHierarchyState {
  return {
    children: children.without(parent, child),
    parents: parents.without(child, parent),
  };
}

export const groupHierarchyAggregate = defineIamAggregate({
  type: 'iam.group_hierarchy',
  events: groupHierarchyEvents,
  initial: (): GroupHierarchyState => ({
    children: Graph.EMPTY,
    parents: Graph.EMPTY,
  }),
  evolve: {
    'iam.group_hierarchy.subgroup_added': (
      { children, parents },
      { payload: { parent, child } },
    ) => ({
      children: children.with(parent, child),
      parents: parents.with(child, parent),
    }),
    'iam.group_hierarchy.subgroup_removed': (state, { payload }) =>
      withoutEdge(state, payload.parent, payload.child),
    'iam.group_hierarchy.group_dropped': (state, { payload: { group } }) => {
      const above = [...state.parents.from(group)];
      const below = [...state.children.from(group)];
      const cut = above.reduce(
        (current, parent) => withoutEdge(current, parent, group),
        state,
      );
      return below.reduce(
        (current, child) => withoutEdge(current, group, child),
        cut,
      );
    },
  },
  rules,
});
