import {
  CommandRejectedError,
  defineAggregate,
  defineClaim,
  defineEvent,
  newAggregateId,
  newEventId,
  type AggregateId,
} from '@callboard/plugin-eventstore-common';
import { z } from 'zod';
import { ann, door, home } from '../__testUtils__/doorEvents';
import { reasonsOf, valuesOf } from '../__testUtils__/settled';
import { startTestStore, type TestStore } from '../__testUtils__/testStore';
import type { AppendRequest } from '../log/EventLog';
import type { EventStore } from '../service/EventStore';
import type { CommandAnswer } from './CommandAnswer';
import { CommandRunner } from './CommandRunner';

jest.setTimeout(60_000);

const deposited = defineEvent({
  type: 'bank.account.deposited',
  schema: z.object({ amount: z.number().int().positive() }),
});
const withdrawn = defineEvent({
  type: 'bank.account.withdrawn',
  schema: z.object({ amount: z.number().int().positive() }),
});
const closed = defineEvent({
  type: 'bank.account.closed',
  schema: z.object({}),
});
const nickname = defineClaim({ kind: 'bank.account.nickname' });

type AccountCommand =
  | { kind: 'Deposit'; amount: number; nickname?: string }
  | { kind: 'Withdraw'; amount: number }
  | { kind: 'Close' };

/** Never below zero; closed only when empty. */
const account = defineAggregate({
  type: 'bank.account',
  events: [deposited, withdrawn, closed],
  initial: () => ({ balance: 0, open: true }),
  evolve: {
    'bank.account.deposited': (state, event) => ({
      ...state,
      balance: state.balance + event.payload.amount,
    }),
    'bank.account.withdrawn': (state, event) => ({
      ...state,
      balance: state.balance - event.payload.amount,
    }),
    'bank.account.closed': state => ({ ...state, open: false }),
  },
  decide: (state, command: AccountCommand) => {
    if (!state.open) {
      if (command.kind === 'Close') {
        return [];
      }
      throw new CommandRejectedError('bank.account.closed', 'It is closed');
    }
    switch (command.kind) {
      case 'Deposit':
        return {
          events: [deposited.of({ amount: command.amount })],
          claims: command.nickname ? [nickname.claim(command.nickname)] : [],
        };
      case 'Withdraw':
        if (state.balance < command.amount) {
          throw new CommandRejectedError(
            'bank.account.overdrawn',
            'There is not enough',
            { field: 'amount', kind: 'conflict' },
          );
        }
        return [withdrawn.of({ amount: command.amount })];
      default:
        return state.balance === 0 ? [closed.of({})] : [];
    }
  },
});

const who = { instance: home, actor: ann, context: { plugin: 'bank' } };

describe('CommandRunner', () => {
  let test: TestStore;
  let nodes: EventStore[];
  let commands: CommandRunner;

  beforeAll(async () => {
    test = await startTestStore();
    nodes = [test.store, await test.another(), await test.another()];
    nodes.forEach(node => node.register(account.events));
    commands = test.store.commands;
  });

  afterAll(async () => {
    await test?.stop();
  });

  const newAccount = () => newAggregateId('bank.account');

  function execute(
    id: AggregateId,
    command: AccountCommand,
    more: { commandId?: string; expectedVersion?: number; node?: number } = {},
  ): Promise<CommandAnswer> {
    const { node = 0, expectedVersion, ...rest } = more;
    return nodes[node]!.commands.execute({
      ...who,
      ...rest,
      expectedVersion: expectedVersion as never,
      aggregate: account,
      id,
      command,
    });
  }

  const balance = async (id: AggregateId) =>
    (await commands.load(account, id, home)).state.balance;

  it('decides, stores, and says where', async () => {
    const id = newAccount();
    const answer = await execute(id, { kind: 'Deposit', amount: 5 });
    expect(answer).toEqual({
      position: answer.position,
      recordedAt: expect.any(String),
      events: [
        {
          id: expect.any(String),
          type: 'bank.account.deposited',
          aggregateId: id,
          version: 1,
          position: answer.position,
        },
      ],
    });
    const [event] = await test.store.log.readAggregate(id);
    expect(event).toMatchObject({
      actor: ann,
      context: {
        plugin: 'bank',
        commandId: expect.any(String),
        correlationId: event!.context.commandId,
      },
    });
    expect(await commands.load(account, id, home)).toEqual({
      state: { balance: 5, open: true },
      version: 1,
      position: answer.position,
    });
  });

  it('passes a rejection on, and stores nothing', async () => {
    const id = newAccount();
    await expect(execute(id, { kind: 'Withdraw', amount: 1 })).rejects.toThrow(
      expect.objectContaining({
        code: 'bank.account.overdrawn',
        field: 'amount',
        status: 409,
      }),
    );
    expect(await test.store.log.versionOf(id)).toBe(0);
  });

  it('answers with the state it was decided on when there is nothing to do', async () => {
    const id = newAccount();
    const { position } = await execute(id, { kind: 'Deposit', amount: 5 });
    await expect(execute(id, { kind: 'Close' })).resolves.toEqual({
      position,
      events: [],
    });
  });

  it('decides again when another writer was faster (G2)', async () => {
    const id = newAccount();
    await execute(id, { kind: 'Deposit', amount: 50 });
    const results = await Promise.allSettled(
      Array.from({ length: 90 }, (_, index) =>
        execute(id, { kind: 'Withdraw', amount: 1 }, { node: index % 3 }),
      ),
    );
    const reasons = reasonsOf(results);
    expect(reasons).toHaveLength(40);
    for (const reason of reasons) {
      expect(reason).toMatchObject({ code: 'bank.account.overdrawn' });
    }
    expect(await balance(id)).toBe(0);
    expect(await test.store.log.versionOf(id)).toBe(51);
  });

  it('reads what other nodes have stored before it decides', async () => {
    const id = newAccount();
    for (let round = 0; round < 6; round++) {
      await execute(id, { kind: 'Deposit', amount: 1 }, { node: round % 3 });
      await expect(
        execute(id, { kind: 'Withdraw', amount: 2 }, { node: (round + 1) % 3 }),
      ).rejects.toThrow(CommandRejectedError);
      await execute(
        id,
        { kind: 'Withdraw', amount: 1 },
        { node: (round + 2) % 3 },
      );
    }
    expect(await balance(id)).toBe(0);
  });

  it('refuses a command that was meant for another version', async () => {
    const id = newAccount();
    await execute(id, { kind: 'Deposit', amount: 5 });
    await execute(id, { kind: 'Deposit', amount: 5 }, { expectedVersion: 1 });
    await expect(
      execute(id, { kind: 'Deposit', amount: 5 }, { expectedVersion: 1 }),
    ).rejects.toThrow(
      expect.objectContaining({
        code: 'eventstore.wrong_version',
        expected: 1,
        actual: 2,
      }),
    );
    await expect(
      execute(id, { kind: 'Deposit', amount: 5 }, { expectedVersion: -1 }),
    ).rejects.toThrow(
      expect.objectContaining({ field: 'expectedVersion', status: 400 }),
    );
  });

  it('gives up, in bounds, when others are always faster', async () => {
    const id = newAccount();
    let attempts = 0;
    const racing = new CommandRunner({
      digest: async text => text,
      maxAttempts: 4,
      log: Object.assign(Object.create(test.store.log), {
        readAggregate: async (
          ...args: Parameters<typeof test.store.log.readAggregate>
        ) => {
          attempts += 1;
          const events = await test.store.log.readAggregate(...args);
          await execute(id, { kind: 'Deposit', amount: 1 });
          return events;
        },
        append: test.store.log.append.bind(test.store.log),
      }),
    });
    await expect(
      racing.execute({
        ...who,
        aggregate: account,
        id,
        command: { kind: 'Deposit', amount: 100 },
      }),
    ).rejects.toThrow(
      expect.objectContaining({
        code: 'eventstore.contention',
        attempts: 4,
        retryable: true,
        status: 409,
      }),
    );
    expect(attempts).toBe(4);
    expect(await balance(id)).toBe(4);
  });

  describe('the same command again (G4)', () => {
    it('has one effect and the same answer, from any node, at any time', async () => {
      const id = newAccount();
      const commandId = newEventId();
      const command = { kind: 'Deposit', amount: 7, nickname: id } as const;
      const first = await execute(id, command, { commandId });
      for (const node of [0, 1, 2]) {
        await expect(
          execute(id, command, { commandId, node }),
        ).resolves.toEqual(first);
      }
      // Also when the first try would now be refused, or have nothing to do.
      await execute(id, { kind: 'Withdraw', amount: 7 });
      const closing = await execute(id, { kind: 'Close' }, { commandId: 'c' });
      expect(closing.events).toHaveLength(1);
      await expect(
        execute(id, command, { commandId, node: 1 }),
      ).resolves.toEqual(first);
      await expect(
        execute(id, { kind: 'Close' }, { commandId: 'c', node: 2 }),
      ).resolves.toEqual(closing);
      expect(await test.store.log.versionOf(id)).toBe(3);
    });

    it('has one effect when it is sent to all nodes at once', async () => {
      const id = newAccount();
      for (let round = 0; round < 10; round++) {
        const commandId = `round-${round}`;
        const answers = await Promise.all(
          [0, 1, 2, 0, 1, 2].map(node =>
            execute(id, { kind: 'Deposit', amount: 1 }, { commandId, node }),
          ),
        );
        expect(
          new Set(answers.map(answer => JSON.stringify(answer))).size,
        ).toBe(1);
      }
      expect(await balance(id)).toBe(10);
    });

    it('makes one aggregate when it makes one', async () => {
      const make = (commandId: string, node: number) =>
        nodes[node]!.commands.execute({
          ...who,
          commandId,
          aggregate: account,
          command: { kind: 'Deposit', amount: 1, nickname: commandId },
        });
      const commandId = newEventId();
      const answers = await Promise.all(
        [0, 1, 2].map(node => make(commandId, node)),
      );
      expect(answers[1]).toEqual(answers[0]);
      expect(answers[2]).toEqual(answers[0]);
      const other = await make(newEventId(), 0);
      expect(other.events[0]!.aggregateId).not.toBe(
        answers[0]!.events[0]!.aggregateId,
      );
    });

    it('is refused under the id of another command', async () => {
      const id = newAccount();
      const commandId = newEventId();
      await execute(id, { kind: 'Deposit', amount: 1 }, { commandId });
      for (const command of [
        { kind: 'Deposit', amount: 2 },
        { kind: 'Withdraw', amount: 100 },
        { kind: 'Close' },
      ] as const) {
        await expect(execute(id, command, { commandId })).rejects.toThrow(
          expect.objectContaining({
            code: 'eventstore.command_id_reused',
            field: 'commandId',
            status: 422,
          }),
        );
      }
      expect(await balance(id)).toBe(1);
      // The same id means nothing for another actor.
      await commands.execute({
        ...who,
        actor: { kind: 'user', id: 'bob' },
        commandId,
        aggregate: account,
        id,
        command: { kind: 'Deposit', amount: 2 },
      });
      expect(await balance(id)).toBe(3);
    });

    it('settles an append whose outcome was lost', async () => {
      const id = newAccount();
      const commandId = newEventId();
      const forgetful = new CommandRunner({
        digest: async text => text,
        log: Object.assign(Object.create(test.store.log), {
          readAggregate: test.store.log.readAggregate.bind(test.store.log),
          append: async (request: never) => {
            await test.store.log.append(request);
            throw Object.assign(new Error('connection lost'), {
              code: 'eventstore.store_unreachable',
            });
          },
        }),
      });
      const request = {
        ...who,
        commandId,
        aggregate: account,
        id,
        command: { kind: 'Deposit' as const, amount: 1 },
      };
      await expect(forgetful.execute(request)).rejects.toThrow();
      const settled = new CommandRunner({
        digest: async text => text,
        log: nodes[1]!.log,
      });
      const answer = await settled.execute(request);
      expect(answer.events).toMatchObject([{ aggregateId: id, version: 1 }]);
      expect(await balance(id)).toBe(1);
    });
  });

  describe('over several aggregates (G3)', () => {
    function transfer(
      from: AggregateId,
      to: AggregateId,
      amount: number,
      more: { node?: number; commandId?: string } = {},
    ) {
      const { node = 0, ...rest } = more;
      return nodes[node]!.commands.executeAcross({
        ...who,
        ...rest,
        load: {
          from: { aggregate: account, id: from },
          to: { aggregate: account, id: to },
        },
        command: { kind: 'Transfer', amount },
        decide: ({ from: giver, to: taker }) => {
          if (giver.balance < amount || !taker.open) {
            throw new CommandRejectedError('bank.refused', 'It cannot be');
          }
          return {
            events: {
              from: [withdrawn.of({ amount })],
              to: [deposited.of({ amount })],
            },
          };
        },
      });
    }

    it('moves money without making or losing any, under a race', async () => {
      const ids = [newAccount(), newAccount(), newAccount()] as const;
      for (const id of ids) {
        await execute(id, { kind: 'Deposit', amount: 20 });
      }
      const results = await Promise.allSettled(
        Array.from({ length: 60 }, (_, index) =>
          transfer(
            ids[index % 3]!,
            ids[(index + 1 + (index % 2)) % 3]!,
            1 + (index % 4),
            { node: index % 3, commandId: `t-${index}-${ids[0]}` },
          ),
        ),
      );
      const balances = await Promise.all(ids.map(balance));
      expect(balances.reduce((sum, one) => sum + one)).toBe(60);
      balances.forEach(one => expect(one).toBeGreaterThanOrEqual(0));
      for (const reason of reasonsOf(results)) {
        expect(reason).toMatchObject({ code: 'bank.refused' });
      }
      for (const { events } of valuesOf(results)) {
        expect(events[1]!.position).toBe(events[0]!.position + 1);
      }
    });

    it('takes no effect when something it only read has changed', async () => {
      const [guard, target] = [newAccount(), newAccount()];
      await execute(guard, { kind: 'Deposit', amount: 1 });
      const seen: number[] = [];
      // Somebody else, between the decision and the append.
      const racing = new CommandRunner({
        digest: async text => text,
        log: Object.assign(Object.create(test.store.log), {
          readAggregate: test.store.log.readAggregate.bind(test.store.log),
          append: async (request: AppendRequest) => {
            if (seen.length === 1) {
              await execute(guard, { kind: 'Deposit', amount: 1 }, { node: 1 });
            }
            return test.store.log.append(request);
          },
        }),
      });
      await racing.executeAcross({
        ...who,
        load: {
          guard: { aggregate: account, id: guard },
          target: { aggregate: account, id: target },
        },
        command: {},
        decide: states => {
          seen.push(states.guard.balance);
          return {
            events: {
              target: [deposited.of({ amount: states.guard.balance })],
            },
          };
        },
      });
      expect(seen).toEqual([1, 2]);
      expect(await balance(target)).toBe(2);
    });

    it('refuses what cannot be meant', async () => {
      const id = newAccount();
      const bad = (request: object, field: string) =>
        expect(
          commands.executeAcross({
            ...who,
            command: {},
            decide: () => ({ events: {} }),
            ...request,
          } as never),
        ).rejects.toThrow(
          expect.objectContaining({ code: 'eventstore.bad_argument', field }),
        );
      const load = { a: { aggregate: account, id } };
      await bad({ load: {} }, 'load');
      await bad({ load: { ...load, b: load.a } }, 'load');
      await bad({ load: { a: { aggregate: door, id } } }, 'load.a.id');
      await bad({ load: { a: { aggregate: account, id: 'x' } } }, 'load.a.id');
      await bad(
        {
          load,
          decide: () => ({ events: { z: [deposited.of({ amount: 1 })] } }),
        },
        'decide',
      );
      await bad(
        { load, decide: () => ({ events: {}, claims: [nickname.claim('x')] }) },
        'decide',
      );
      await bad({ load, commandId: '' }, 'commandId');
      await bad({ load, actor: undefined }, 'actor');
      await bad({ load, instance: '' }, 'instance');
    });
  });

  it('does not show an aggregate to another instance', async () => {
    const id = newAccount();
    await execute(id, { kind: 'Deposit', amount: 1 });
    for (const node of nodes) {
      await expect(
        node.commands.load(account, id, 'other' as never),
      ).rejects.toThrow(
        expect.objectContaining({
          code: 'eventstore.wrong_instance',
          status: 404,
        }),
      );
      await expect(
        node.commands.execute({
          ...who,
          instance: 'other' as never,
          aggregate: account,
          id,
          command: { kind: 'Deposit', amount: 1 },
        }),
      ).rejects.toThrow(
        expect.objectContaining({ code: 'eventstore.wrong_instance' }),
      );
    }
  });

  it('stops between attempts when it is told to', async () => {
    const abort = new AbortController();
    abort.abort(new Error('nobody waits any more'));
    const id = newAccount();
    await expect(
      commands.execute({
        ...who,
        signal: abort.signal,
        aggregate: account,
        id,
        command: { kind: 'Deposit', amount: 1 },
      }),
    ).rejects.toThrow('nobody waits any more');
    expect(await test.store.log.versionOf(id)).toBe(0);
  });

  it('knows whose commands they are', async () => {
    const id = newAccount();
    await commands.forPlugin('treasury').execute({
      instance: home,
      actor: ann,
      aggregate: account,
      id,
      command: { kind: 'Deposit', amount: 1 },
    });
    const [event] = await test.store.log.readAggregate(id);
    expect(event!.context.plugin).toBe('treasury');
    await expect(
      commands.execute({
        instance: home,
        actor: ann,
        aggregate: account,
        id,
        command: { kind: 'Deposit', amount: 1 },
      }),
    ).rejects.toThrow(expect.objectContaining({ field: 'context.plugin' }));
  });
});
