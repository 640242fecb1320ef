/**
 * Write skew: pairs of commands of which each is right on what it saw and both
 * together are wrong. A thousand of them, over two nodes; afterwards every
 * invariant holds, as told by code that does not decide.
 */
import { EventStore } from '@callboard/plugin-eventstore-node';
import {
  accessIdOf,
  administrationIdOf,
  instanceAggregateId,
  type GroupId,
  type OrganizationId,
  type ProjectId,
  type SubjectId,
  type UserId,
} from '@callboard/plugin-iam-common';
import { accessAggregate } from '../domain/access/access';
import { administrationAggregate } from '../domain/administration/administration';
import { ownersOf } from '../domain/administration/state';
import { person } from '../domain/__testUtils__/scene';
import { projectAggregate } from '../domain/project/project';
import { userAggregate } from '../domain/user/user';
import { TestProcesses } from '../processes/__testUtils__/TestProcesses';
import { outcome, TestIam } from './__testUtils__/TestIam';
import type { IamCommands } from './IamCommands';

jest.setTimeout(300_000);

let iam: TestIam;
let processes: TestProcesses;
let nodes: readonly [IamCommands, IamCommands];
const others: EventStore[] = [];

beforeAll(async () => {
  iam = await TestIam.start();
  processes = await TestProcesses.start(iam);
  nodes = [iam.commands, await iam.anotherNode(store => others.push(store))];
});

afterAll(async () => {
  await Promise.all(others.map(store => store.stop()));
  await processes?.stop();
  await iam?.stop();
});

const ROUNDS = 200;
const AT_ONCE = 10;

/** So many races, some of them at the same time. */
async function race(
  rounds: number,
  one: (round: number) => Promise<void>,
): Promise<void> {
  for (let round = 0; round < rounds; round += AT_ONCE) {
    await Promise.all(
      Array.from({ length: AT_ONCE }, (_, at) => one(round + at)),
    );
  }
}

const both = (
  first: Promise<unknown>,
  second: Promise<unknown>,
): Promise<string[]> => Promise.all([outcome(first), outcome(second)]);

describe('1,000 races', () => {
  it('leave an organization its last owner', async () => {
    await race(ROUNDS, async round => {
      const organization = await iam.organization();
      const [a, b] = [
        await iam.administrator(organization, 'organization-owner'),
        await iam.administrator(organization, 'organization-owner'),
      ];
      const dismiss = (node: 0 | 1, user: UserId) =>
        round % 2
          ? nodes[node].removeUser(iam.owner, { user })
          : nodes[node].unassignAdministrator(iam.owner, {
              scope: organization,
              subject: user,
              role: 'organization-owner',
            });
      const told = await both(
        dismiss(0, a),
        round % 3 ? dismiss(1, b) : nodes[1].lockUser(iam.owner, { user: b }),
      );
      expect(told.sort()).toEqual(['done', 'iam.administration.last_owner']);
      const state = await iam.state(
        administrationAggregate,
        administrationIdOf(organization),
      );
      expect(ownersOf(state)).toHaveLength(1);
      const [owner] = ownersOf(state);
      expect((await iam.state(userAggregate, owner as UserId)).status).toBe(
        'active',
      );
    });
  });

  it('leave no grant of a role that is gone', async () => {
    const cells: [SubjectId, ProjectId][] = [];
    await race(ROUNDS, async round => {
      const project = await iam.project();
      const subject = await iam.user();
      const told = await both(
        nodes[round % 2 ? 0 : 1].changeGrants(iam.owner, {
          changes: [{ subject, project, role: 'reader', granted: true }],
        }),
        nodes[0].removeRole(iam.owner, {
          project,
          key: 'reader',
          withGrants: round % 3 === 0,
        }),
      );
      expect(told[1]).toBe('done');
      expect(told[0]).toMatch(
        /^done$|^iam\.project\.role_removing changes\.0\.role$/,
      );
      cells.push([subject, project]);
    });
    await processes.goOn(1_000, 16);
    for (const [subject, project] of cells) {
      const { roles } = await iam.state(projectAggregate, project);
      const access = await iam.state(accessAggregate, accessIdOf(subject));
      const held = access.roles.get(project)?.has('reader') ?? false;
      // Held and there, or neither; never under way for good.
      expect([held, held ? 'active' : roles.get('reader')?.status]).toEqual([
        held,
        held ? roles.get('reader')?.status : undefined,
      ]);
    }
  });

  it('give a name to one', async () => {
    await race(ROUNDS, async round => {
      const name = iam.name('Name');
      const fields = person(iam.name('p'));
      const claims = (node: 0 | 1): Promise<unknown> => {
        switch (round % 4) {
          case 0:
            return nodes[node].createOrganization(iam.owner, {
              name,
              slug: iam.name('slug'),
            });
          case 1:
            return nodes[node].createGroup(iam.owner, {
              organization: iam.home,
              name: iam.name('Group'),
              slug: name.toLowerCase(),
            });
          case 2:
            return nodes[node].createHuman(iam.owner, {
              organization: iam.home,
              ...fields,
              username: iam.name('other'),
            });
          default:
            return nodes[node].createMachine(iam.owner, {
              organization: iam.home,
              username: fields.username,
              name,
            });
        }
      };
      const told = await both(claims(0), claims(1));
      expect(told.filter(each => each === 'done')).toHaveLength(1);
      expect(told.find(each => each !== 'done')).toMatch(
        /_taken (name|slug|email|username)$/,
      );
    });
  });

  it('make no circle of groups', async () => {
    await race(ROUNDS, async () => {
      const [a, b]: [GroupId, GroupId] = [await iam.group(), await iam.group()];
      const told = await both(
        nodes[0].addSubgroup(iam.owner, { parent: a, child: b }),
        nodes[1].addSubgroup(iam.owner, { parent: b, child: a }),
      );
      expect(told.sort()).toEqual(['done', 'iam.group.cycle child']);
    });
  });

  it('give nothing to what is being removed', async () => {
    const removed: [OrganizationId | undefined, UserId][] = [];
    await race(ROUNDS, async round => {
      const group = await iam.group();
      const user = await iam.user();
      const told = await both(
        nodes[0].addMember(iam.owner, { group, user }),
        round % 2
          ? nodes[1].removeUser(iam.owner, { user })
          : nodes[1].removeGroup(iam.owner, { group }),
      );
      expect(told[1]).toBe('done');
      expect(told[0]).toMatch(
        /^done$|^iam\.user\.gone user$|^iam\.group\.removing group$|^iam\.group\.not_found group$/,
      );
      removed.push([undefined, user]);
    });
    await processes.goOn(1_000, 16);
    for (const [, user] of removed) {
      const { groups } = await iam.state(accessAggregate, accessIdOf(user));
      expect(groups.size).toBe(0);
    }
  });

  it('leave the instance an owner', async () => {
    const scope = instanceAggregateId(iam.instance);
    const state = await iam.state(
      administrationAggregate,
      administrationIdOf(scope),
    );
    expect(ownersOf(state)).toEqual([iam.ownerId]);
  });
});
