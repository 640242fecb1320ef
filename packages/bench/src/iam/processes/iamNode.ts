// A node of the portal with nothing but IAM on it.
import { randomBytes } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import {
  EventStore,
  localMasterKey,
  PluginSpoolers,
  SpoolerNode,
} from '@callboard/plugin-eventstore-node';
import { publicIamEvents } from '@callboard/plugin-iam-common';
// eslint-disable-next-line @backstage/no-mixed-plugin-imports -- benches are where arrows start, and this entry is made for them
import {
  addIamViews,
  createIamCommands,
  IamQueries,
  type Caller,
} from '@callboard/plugin-iam-backend/testing';
import knexFactory from 'knex';
import { serve } from '../../harness/serve';
import {
  appendsOf,
  planPopulation,
  type Population,
  type Sizes,
} from '../population';

type Logger = ConstructorParameters<typeof SpoolerNode>[0]['logger'];

const quiet: Logger = {
  error: message => process.stderr.write(`${message}\n`),
  warn: message => process.stderr.write(`${message}\n`),
  info() {},
  debug() {},
  child: () => quiet,
};

const WHEN_FULL_MS = 30 * 60_000;
const SEARCHES = ['ann', 'kowalski77', 'user999', 'smith1', 'mul', 'e'];

serve(async (options: { connection: string; key: string; leads: boolean }) => {
  const knex = knexFactory({
    client: 'pg',
    connection: options.connection,
    pool: { min: 0, max: 20 },
  });
  const store = await EventStore.start({
    knex,
    masterKey: localMasterKey([{ id: 'bench', secret: options.key }]),
    seal: false,
  });
  store.register(publicIamEvents);
  const node = new SpoolerNode({
    log: store.log,
    knex,
    logger: quiet,
    roles: { spoolers: options.leads },
  });
  const spoolers = new PluginSpoolers({
    plugin: 'iam',
    node,
    knex,
    onEvents: definitions => store.register(definitions),
  });
  const views = await addIamViews(
    { add: projection => spoolers.addProjection(projection) },
    { knex, log: store.log },
  );
  node.start();
  await spoolers.start();
  const queries = new IamQueries(views);
  const commands = createIamCommands({
    runner: store.commands.forPlugin('iam'),
    authorizer: queries.authorizer,
    domains: {
      txtRecords: async () => [],
      fetchText: async () => undefined,
    },
  });
  let plan: Population;
  let made = 0;

  const caller = (at: number): Extract<Caller, { kind: 'user' }> => ({
    kind: 'user',
    instance: plan.instance,
    user: plan.users[at % plan.users.length]!,
  });

  /** How long each of some calls takes, in milliseconds. */
  async function timesOf(
    calls: number,
    work: (at: number) => Promise<unknown>,
  ): Promise<number[]> {
    const times: number[] = [];
    for (let at = 0; at < calls; at += 1) {
      const began = performance.now();
      await work(at);
      times.push(performance.now() - began);
    }
    return times;
  }

  /** A user that is created, changed, locked and removed. */
  async function manipulate(): Promise<void> {
    const request = { caller: caller(0) };
    const name = `bench-${process.pid}-${(made += 1)}-${randomBytes(3).toString('hex')}`;
    const profile = {
      givenName: 'Bench',
      familyName: name,
      displayName: `Bench ${name}`,
    };
    const { id } = await commands.createHuman(request, {
      organization: plan.organizations[made % plan.organizations.length]!,
      username: name,
      email: `${name}@example.org`,
      ...profile,
    });
    const user = id as string;
    await commands.changeProfile(request, {
      user,
      ...profile,
      displayName: name,
    });
    // Only who is active can be locked.
    await commands.confirmEmail(request, { user });
    await commands.activateUser(request, { user });
    await commands.lockUser(request, { user });
    await commands.removeUser(request, { user });
  }

  return {
    /** Fills the log and waits for the views. */
    async fill(sizes: Sizes) {
      plan = planPopulation(sizes);
      const began = performance.now();
      let events = 0;
      for (const append of appendsOf(plan, sizes)) {
        const stored = await store.log.append(append);
        events += stored.events.length;
      }
      const appended = performance.now();
      const { position } = await store.log.head();
      const { knex: _knex, log: _log, clock: _clock, ...all } = views;
      for (const view of Object.values(all)) {
        await view.waitFor(position, { timeoutMs: WHEN_FULL_MS });
      }
      await knex.raw('vacuum analyze');
      return {
        plan,
        events,
        appendMs: appended - began,
        viewsMs: performance.now() - appended,
      };
    },

    /** What another node has filled. */
    async know(given: { plan: Population }) {
      plan = given.plan;
      await views.access.ready({ timeoutMs: 60_000 });
    },

    checks: ({ calls }: { calls: number }) =>
      timesOf(calls, at =>
        queries.authorizer.may(
          caller(at * 487),
          'iam.user.read',
          plan.organizations[at % plan.organizations.length]!,
        ),
      ),

    portalChecks: ({ calls }: { calls: number }) =>
      timesOf(calls, at =>
        queries.authorizer.holdingsOf(caller(at * 487), 'catalog.entity.read'),
      ),

    lists: ({ calls }: { calls: number }) =>
      timesOf(calls, at =>
        at % 2 === 0
          ? queries.users.list(
              caller(0),
              at % 4 === 0
                ? {}
                : { organization: plan.organizations[at % 20]! },
              { sort: at % 3 === 0 ? 'created' : 'name' },
            )
          : queries.grants.list(caller(0), {
              project: plan.projects[at % plan.projects.length]!,
            }),
      ),

    searches: ({ calls }: { calls: number }) =>
      timesOf(calls, at =>
        queries.users.list(caller(0), {
          search: SEARCHES[at % SEARCHES.length]!,
        }),
      ),

    /** A user read right after it was changed. */
    async freshGets({ calls }: { calls: number }) {
      const times: number[] = [];
      for (let at = 0; at < calls; at += 1) {
        const user = plan.users[(at * 811 + 1) % plan.users.length]!;
        const displayName = `Fresh ${at} ${randomBytes(3).toString('hex')}`;
        await commands.changeProfile(
          { caller: caller(0) },
          { user, givenName: 'Fresh', familyName: 'Bench', displayName },
        );
        const began = performance.now();
        const found = await queries.users.get(caller(0), user);
        times.push(performance.now() - began);
        if (found?.displayName !== displayName) {
          throw new Error(`${user} is not as it was just written`);
        }
      }
      return times;
    },

    /** Users manipulated per second by so many callers at once. */
    async manipulations(load: { callers: number; seconds: number }) {
      const began = performance.now();
      const end = began + load.seconds * 1_000;
      let done = 0;
      await Promise.all(
        Array.from({ length: load.callers }, async () => {
          while (performance.now() < end) {
            await manipulate();
            done += 1;
          }
        }),
      );
      return (done * 1_000) / (performance.now() - began);
    },

    /** Manipulates so many users per second, evenly, for some time. */
    async write(pace: { perSecond: number; seconds: number }) {
      const began = performance.now();
      const each = 1_000 / pace.perSecond;
      for (let at = 0; at < pace.perSecond * pace.seconds; at += 1) {
        await pause(Math.max(0, began + at * each - performance.now()));
        await manipulate();
      }
    },

    async close() {
      await spoolers.stop();
      await node.stop();
      await store.stop();
      await knex.destroy();
    },
  };
});
