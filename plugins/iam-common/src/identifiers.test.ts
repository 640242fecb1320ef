import type { InstanceId } from '@callboard/plugin-eventstore-common';
import {
  accessIdOf,
  administrationIdOf,
  groupHierarchyIdOf,
  instanceAggregateId,
  organizationIdSchema,
  policyIdOf,
  projectGrantIdOf,
  projectIdSchema,
  userIdSchema,
} from './identifiers';

const UUID = '01939f00-7a3c-7e4e-9f5d-3f0a4c1b2d3e';
const organization = organizationIdSchema.parse(`iam.organization/${UUID}`);
const project = projectIdSchema.parse(`iam.project/${UUID}`);

describe('ids that follow from others', () => {
  it('are the same for ever', () => {
    // Changing any of these would cut instances off from their past.
    expect(instanceAggregateId('default' as InstanceId)).toBe(
      'iam.instance/17c79de0-e693-54a6-81e3-dc195850da45',
    );
    expect(projectGrantIdOf(project, organization)).toBe(
      'iam.project_grant/45a023c3-f8f6-59d5-b82c-191e399db39b',
    );
    expect(accessIdOf(userIdSchema.parse(`iam.user/${UUID}`))).toBe(
      `iam.access/${UUID}`,
    );
    expect(administrationIdOf(project)).toBe(`iam.administration/${UUID}`);
    expect(groupHierarchyIdOf(organization)).toBe(
      `iam.group_hierarchy/${UUID}`,
    );
    expect(policyIdOf(organization)).toBe(`iam.policy/${UUID}`);
  });
});
