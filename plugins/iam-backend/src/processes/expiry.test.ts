/** What ends by itself, and what is erased. */
import {
  isErased,
  type EventEnvelope,
} from '@callboard/plugin-eventstore-common';
import {
  accessIdOf,
  administrationIdOf,
  type UserId,
} from '@callboard/plugin-iam-common';
import { TestIam } from '../commands/__testUtils__/TestIam';
import { accessAggregate } from '../domain/access/access';
import { administrationAggregate } from '../domain/administration/administration';
import { person } from '../domain/__testUtils__/scene';
import { userAggregate } from '../domain/user/user';
import { defineErasureReactor } from './erasureReactor';
import { Expiry } from './Expiry';
import { TestProcesses } from './__testUtils__/TestProcesses';

jest.setTimeout(60_000);

let iam: TestIam;
let processes: TestProcesses;
const faults: unknown[] = [];
const START = new Date('2026-11-20T10:00:00.000Z');
const inMinutes = (minutes: number) =>
  new Date(START.getTime() + minutes * 60_000);

beforeAll(async () => {
  // Only what time it is; everything else goes on as ever.
  jest.useFakeTimers({
    now: START,
    doNotFake: [
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
    ],
  });
  iam = await TestIam.start();
  processes = await TestProcesses.start(iam, () =>
    defineErasureReactor(iam.store),
  );
});

afterAll(async () => {
  await processes?.stop();
  await iam?.stop();
  jest.useRealTimers();
});

/** Runs it as of a moment, once the view has everything. */
async function expireAt(now: Date): Promise<number> {
  jest.setSystemTime(now);
  const { position } = await iam.store.log.head();
  await processes.view.count({ kind: 'grants' }, position);
  return new Expiry({
    runner: iam.runner,
    log: iam.store.log,
    dependents: processes.view,
    onError: error => faults.push(error),
  }).run(now);
}

beforeEach(() => {
  jest.setSystemTime(START);
  faults.length = 0;
});

/** Nothing may have failed on the way. */
function requireNoFaults() {
  const [fault] = faults;
  if (fault) {
    throw fault;
  }
}

afterEach(requireNoFaults);

describe('a grant', () => {
  it('is revoked at its end, not before, and by itself', async () => {
    const project = await iam.project();
    const subject = await iam.user();
    const grant = (expiresAt?: Date) =>
      iam.commands.changeGrants(iam.owner, {
        changes: [
          {
            subject,
            project,
            role: 'reader',
            granted: true,
            expiresAt: expiresAt?.toISOString(),
          },
        ],
      });
    const held = async () =>
      (await iam.state(accessAggregate, accessIdOf(subject))).roles.has(
        project,
      );
    await grant(inMinutes(10));
    expect(await expireAt(inMinutes(9))).toBe(0);
    expect(await held()).toBe(true);
    // Somebody prolongs it in time.
    await grant(inMinutes(20));
    expect(await expireAt(inMinutes(11))).toBe(0);
    expect(await expireAt(inMinutes(20))).toBe(1);
    expect(await held()).toBe(false);
    const [event] = (
      await iam.store.log.readAggregate(accessIdOf(subject))
    ).slice(-1);
    expect(event).toMatchObject({
      type: 'iam.access.role_revoked',
      payload: { because: 'expired' },
      actor: { kind: 'spooler', id: 'iam.expiry' },
    });
    expect(await expireAt(inMinutes(21))).toBe(0);
  });

  it('of an administrator ends as well', async () => {
    const organization = await iam.organization();
    const subject = await iam.user(organization);
    await iam.commands.assignAdministrator(iam.owner, {
      scope: organization,
      subject,
      role: 'organization-owner',
      expiresAt: inMinutes(30).toISOString(),
    });
    expect(await expireAt(inMinutes(31))).toBe(1);
    const { roles } = await iam.state(
      administrationAggregate,
      administrationIdOf(organization),
    );
    expect(roles.has(subject)).toBe(false);
    const { administrations } = await iam.state(
      accessAggregate,
      accessIdOf(subject),
    );
    expect(administrations.size).toBe(0);
  });
});

describe('a lock', () => {
  const statusOf = async (user: UserId) =>
    (await iam.state(userAggregate, user)).status;

  it('ends at its time', async () => {
    const user = await iam.user();
    await iam.commands.lockUser(iam.owner, {
      user,
      until: inMinutes(5).toISOString(),
    });
    expect(await expireAt(inMinutes(4))).toBe(0);
    expect(await expireAt(inMinutes(5))).toBe(1);
    expect(await statusOf(user)).toBe('active');
  });

  it('stays when it was renewed without an end', async () => {
    const user = await iam.user();
    await iam.commands.lockUser(iam.owner, {
      user,
      until: inMinutes(5).toISOString(),
    });
    // The view has the first lock only, as it may at any time.
    const { position } = await iam.store.log.head();
    const rows = await processes.view.list({ kind: 'locks' }, position, 10);
    await iam.commands.unlockUser(iam.owner, { user });
    await iam.commands.lockUser(iam.owner, { user });
    jest.setSystemTime(inMinutes(6));
    await new Expiry({
      runner: iam.runner,
      log: iam.store.log,
      dependents: { ended: async () => rows } as never,
      onError: error => faults.push(error),
    }).run(inMinutes(6));
    expect(await statusOf(user)).toBe('locked');
  });
});

describe('a person who is erased', () => {
  it('cannot be read any more, and the trail stays', async () => {
    const fields = person(iam.name('erased'));
    const { id } = await iam.commands.createHuman(iam.owner, {
      organization: iam.home,
      ...fields,
    });
    const user = id as UserId;
    const erased = once('eventstore.subject.erased');
    await iam.commands.eraseUser(iam.owner, { user });
    await erased;
    const events = await iam.store.log.readAggregate(user);
    expect(events.map(({ type }) => type)).toEqual([
      'iam.user.human_added',
      'iam.user.removed',
      'iam.user.erased',
    ]);
    const payload = events[0]!.payload as Record<string, unknown>;
    expect(isErased(payload.email)).toBe(true);
    expect(isErased(payload.givenName)).toBe(true);
    const text = JSON.stringify(events);
    expect(text).not.toContain(fields.email);
    // The name is free.
    await iam.commands.createHuman(iam.owner, {
      organization: iam.home,
      ...fields,
    });
  });
});

/** When an event of a type has been stored. */
function once(type: string): Promise<EventEnvelope> {
  return new Promise((resolve, reject) => {
    const end = iam.store.log.subscribe(() => {
      iam.store.log
        .readPage({ filter: { types: [type] }, limit: 1 })
        .then(({ events }) => {
          if (events[0]) {
            end();
            resolve(events[0]);
          }
        })
        .catch(reject);
    });
  });
}
