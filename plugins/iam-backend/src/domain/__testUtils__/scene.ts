/** Things to start a test with: an instance that is set up, and more of each kind. */
import { newAggregateId } from '@callboard/plugin-eventstore-common';
import {
  instanceAggregateId,
  type AdministratorRoleId,
  type GroupId,
  type OrganizationId,
  type ProjectId,
  type UserId,
} from '@callboard/plugin-iam-common';
import { addGroup } from '../group/addGroup';
import { instanceAggregate } from '../instance/instance';
import { setUpInstance } from '../instance/setUpInstance';
import { addOrganization } from '../organization/addOrganization';
import { addProject } from '../project/addProject';
import { projectAggregate } from '../project/project';
import { addHuman, addMachine } from '../user/addUser';
import { changeUser } from '../user/changeUser';
import { World } from './World';

export const ids = {
  organization: () => newAggregateId('iam.organization') as OrganizationId,
  user: () => newAggregateId('iam.user') as UserId,
  group: () => newAggregateId('iam.group') as GroupId,
  project: () => newAggregateId('iam.project') as ProjectId,
  administratorRole: () =>
    newAggregateId('iam.administrator_role') as AdministratorRoleId,
};

/** SHA-256 of something, in base64url. */
export const DIGEST = 'A'.repeat(43);
export const OTHER_DIGEST = 'B'.repeat(43);
export const inDays = (days: number, from = new Date('2026-11-20T10:00:00Z')) =>
  new Date(from.getTime() + days * 24 * 60 * 60 * 1000).toISOString();

export function person(name: string) {
  return {
    username: name,
    givenName: name,
    familyName: 'Example',
    displayName: `${name} Example`,
    email: `${name}@example.org`,
  };
}

export class Scene {
  readonly world = new World();
  readonly instance = instanceAggregateId(this.world.instance);
  readonly home = ids.organization();
  readonly owner = ids.user();
  #count = 0;

  constructor() {
    const { world } = this;
    world.give(instanceAggregate, this.instance, {
      kind: 'Add',
      name: 'Example',
      language: 'en',
    });
    world.run(
      setUpInstance({
        proof: { by: 'configuration' },
        organization: { id: this.home, name: 'Home', slug: 'home' },
        owner: { id: this.owner, ...person('owner') },
      }),
    );
  }

  organization(): OrganizationId {
    const organization = ids.organization();
    const name = this.#name('org');
    this.world.run(addOrganization({ organization, name, slug: name }));
    return organization;
  }

  /** An active person. */
  user(organization = this.home): UserId {
    const user = ids.user();
    const name = this.#name('user');
    this.world.run(addHuman({ user, organization, ...person(name) }));
    this.world.run(
      changeUser({ kind: 'VerifyEmail', user, proof: { by: 'administrator' } }),
    );
    this.world.run(changeUser({ kind: 'Activate', user }));
    return user;
  }

  machine(organization = this.home): UserId {
    const user = ids.user();
    const name = this.#name('bot');
    this.world.run(addMachine({ user, organization, username: name, name }));
    return user;
  }

  group(organization = this.home): GroupId {
    const group = ids.group();
    const name = this.#name('group');
    this.world.run(addGroup({ group, organization, name, slug: name }));
    return group;
  }

  /** A project with the roles `reader` and `writer`. */
  project(organization = this.home): ProjectId {
    const project = ids.project();
    const name = this.#name('project');
    this.world.run(addProject({ project, organization, name, slug: name }));
    for (const key of ['reader', 'writer']) {
      this.world.give(projectAggregate, project, {
        kind: 'AddRole',
        key,
        name: key,
        permissions: [{ pattern: 'catalog.entity.read' }],
      });
    }
    return project;
  }

  #name(prefix: string): string {
    this.#count += 1;
    return `${prefix}${this.#count}`;
  }
}
