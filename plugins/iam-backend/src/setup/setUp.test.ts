import { ConfigReader } from '@backstage/config';
import type { InstanceId } from '@callboard/plugin-eventstore-common';
import {
  administrationIdOf,
  instanceAggregateId,
} from '@callboard/plugin-iam-common';
import { outcome, TestIam } from '../commands/__testUtils__/TestIam';
import { administrationAggregate } from '../domain/administration/administration';
import { ownersOf } from '../domain/administration/state';
import { person } from '../domain/__testUtils__/scene';
import { instanceAggregate } from '../domain/instance/instance';
import { change } from '../domain/unitOfWork';
import { runWork } from '../commands/runWork';
import { readSetUpConfig } from './readSetUpConfig';
import { SetUp, type FirstThings, type SetUpOptions } from './SetUp';

jest.setTimeout(60_000);

const allButDate = [
  'hrtime',
  'nextTick',
  'performance',
  'queueMicrotask',
  'setImmediate',
  'clearImmediate',
  'setInterval',
  'clearInterval',
  'setTimeout',
  'clearTimeout',
] as const as unknown as [];

let iam: TestIam;
let printed: string[];
let instance: InstanceId;

beforeAll(async () => {
  iam = await TestIam.start();
});

afterAll(async () => {
  await iam?.stop();
});

beforeEach(() => {
  printed = [];
  instance = iam.name('fresh') as InstanceId;
});

const setUp = (more: Partial<SetUpOptions> = {}) =>
  new SetUp({
    runner: iam.runner,
    logger: { info: message => void printed.push(message) },
    instance,
    appUrl: 'https://portal.example.com/',
    ...more,
  });

const things = (): FirstThings => ({
  organization: { name: 'Acme', slug: 'acme' },
  owner: person('ann'),
});

const LINK = /https:\/\/portal\.example\.com\/iam\/set-up#(cbset_[\w-]{43})$/;
const token = () => LINK.exec(printed.at(-1)!)![1]!;

const owners = async () => {
  const id = administrationIdOf(instanceAggregateId(instance));
  const { state } = await iam.runner.load(
    administrationAggregate,
    id,
    instance,
  );
  return ownersOf(state);
};

describe('by the link', () => {
  it('makes the first organization and administrator, once', async () => {
    expect(await setUp().start()).toBe('link');
    expect(printed).toHaveLength(1);
    const given = { token: token(), ...things() };
    const made = await setUp().complete(given);
    expect(await owners()).toEqual([made.owner]);

    // For good: whatever comes later.
    expect(await outcome(setUp().complete(given))).toBe(
      'iam.instance.set_up_done',
    );
    expect(await setUp().start()).toBe('done');
    expect(await setUp({ unattended: things() }).start()).toBe('done');
    expect(printed).toHaveLength(1);
    const events = await iam.store.log.readPage({ filter: { instance } });
    expect(JSON.stringify(events)).not.toContain(given.token);
    expect(events.events[0]!.actor).toEqual({ kind: 'user', id: made.owner });
  });

  it('is the newest link’s alone, and only for a day', async () => {
    await setUp().start();
    const old = token();
    await setUp().start();
    const complete = (used: string) =>
      outcome(setUp().complete({ token: used, ...things() }));
    expect(await complete(old)).toBe('iam.instance.set_up_wrong_link token');
    const later = { now: new Date(Date.now() + 25 * 3_600_000) };
    jest.useFakeTimers({ ...later, doNotFake: allButDate });
    expect(await complete(token())).toBe('iam.instance.set_up_expired token');
    jest.useRealTimers();
    expect(await owners()).toEqual([]);
    expect(await complete(token())).toBe('done');
  });

  it('names the field at fault, and stays open', async () => {
    await setUp().start();
    const complete = (more: object) =>
      outcome(setUp().complete({ token: token(), ...things(), ...more }));
    const { organization, owner } = things();
    expect(await complete({ token: '' })).toBe('iam.input.empty token');
    expect(await complete({ token: 'x y' })).toBe('iam.input.alphabet token');
    expect(
      await complete({ organization: { ...organization, slug: 'admin' } }),
    ).toBe('iam.input.reserved organization.slug');
    expect(await complete({ owner: { ...owner, email: 'ann' } })).toBe(
      'iam.input.format owner.email',
    );
    expect(await complete({ owner: undefined })).toBe(
      'iam.input.missing owner',
    );
    expect(await complete({})).toBe('done');
  });

  it('lets one of two through who have it', async () => {
    await setUp().start();
    const given = { token: token(), ...things() };
    const told = await Promise.all([
      outcome(setUp().complete(given)),
      outcome(setUp().complete(given)),
    ]);
    expect(told.sort()).toEqual(['done', 'iam.instance.set_up_done']);
    expect(await owners()).toHaveLength(1);
  });
});

describe('by configuration', () => {
  it('asks nobody, and prints no link', async () => {
    expect(await setUp({ unattended: things() }).start()).toBe('set up');
    expect(await owners()).toHaveLength(1);
    expect(printed).toEqual([]);
  });

  it('is done once by nodes that start together', async () => {
    const told = await Promise.all(
      [1, 2, 3].map(() => setUp({ unattended: things() }).start()),
    );
    expect(told.sort()).toEqual(['done', 'done', 'set up']);
    expect(await owners()).toHaveLength(1);
  });

  it('refuses to start with a wrong one', async () => {
    const { owner, organization } = things();
    expect(
      await outcome(
        setUp({
          unattended: { organization, owner: { ...owner, username: '' } },
        }).start(),
      ),
    ).toBe('iam.input.empty owner.username');
  });

  it('is read from the configuration', () => {
    const config = (setUpConfig: object | undefined) =>
      readSetUpConfig(
        new ConfigReader({
          app: { baseUrl: 'https://portal.example.com' },
          iam: { setUp: setUpConfig },
        } as never),
      );
    expect(config(undefined)).toEqual({
      appUrl: 'https://portal.example.com',
    });
    const { displayName: _shown, ...owner } = person('Ann');
    expect(config({ ...things(), owner })).toMatchObject({
      unattended: { owner: { displayName: 'Ann Example' } },
    });
    expect(() => config({ owner: person('ann') })).toThrow('organization');
  });
});

it('leaves an instance alone that is being removed', async () => {
  await setUp().start();
  await runWork(iam.runner, {
    instance,
    actor: { kind: 'system', id: 'tests' },
    command: {},
    work: () =>
      change(instanceAggregate, instanceAggregateId(instance), {
        kind: 'StartRemoval',
      }) as never,
  });
  expect(await setUp().start()).toBe('done');
});
