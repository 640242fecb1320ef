// G2: of two conflicting decisions one wins, and the other learns of it.
import { newAggregateId } from '@callboard/plugin-eventstore-common';
import { isLinearizable } from '../__testUtils__/linearizable';
import {
  killNodeProcesses,
  startNodeProcess,
} from '../__testUtils__/nodeProcess';
import type {
  VersionClientTask,
  VersionInput,
  VersionOperation,
  VersionOutput,
} from '../__testUtils__/processes/versionClient';
import { startTestStore, type TestStore } from '../__testUtils__/testStore';

jest.setTimeout(120_000);

const PROCESSES = 3;
const CLIENTS_EACH = 3;
const OPERATIONS = Number(process.env.EVENTSTORE_LINEARIZABLE_OPERATIONS ?? 30);

/** An aggregate's version: one number, changed by compare-and-set. */
const versions = {
  initial: 0,
  step: (
    state: number,
    input: VersionInput,
    output: VersionOutput | undefined,
  ) => {
    if (output === undefined) {
      return input !== 'read' && input.expected === state
        ? state + input.append
        : undefined;
    }
    if (input === 'read') {
      return 'version' in output && output.version === state
        ? state
        : undefined;
    }
    if ('conflict' in output) {
      return input.expected !== state && output.conflict === state
        ? state
        : undefined;
    }
    return input.expected === state && output.version === state + input.append
      ? output.version
      : undefined;
  },
  keyOf: String,
};

describe('one aggregate under concurrent appends from several processes (G2)', () => {
  let test: TestStore;

  beforeAll(async () => {
    test = await startTestStore();
  });

  afterAll(async () => {
    await killNodeProcesses();
    await test?.stop();
  });

  it('is linearizable', async () => {
    const id = newAggregateId('house.door');
    const nodes = Array.from({ length: PROCESSES }, (_, index) =>
      startNodeProcess('versionClient', {
        connectionString: test.database.connectionString,
        id,
        clients: CLIENTS_EACH,
        operations: OPERATIONS,
        seed: 17 + index,
      } satisfies VersionClientTask),
    );
    await Promise.all(nodes.map(node => node.message('ready')));
    nodes.forEach(node => node.send({ go: true }));
    const answers = await Promise.all(nodes.map(node => node.message('done')));
    await Promise.all(nodes.map(node => node.ended));
    const history: VersionOperation[] = answers.flatMap(
      answer => answer.history,
    );
    expect(history).toHaveLength(PROCESSES * CLIENTS_EACH * OPERATIONS);
    const conflicts = history.filter(
      ({ output }) => output && 'conflict' in output,
    );
    expect(conflicts.length).toBeGreaterThan(10);
    expect(isLinearizable(history, versions)).toBe(true);

    // The check is not blind: one answer changed, and it does not add up.
    const lied = history.map(operation => ({ ...operation }));
    const liar = lied.findLast(({ output }) => output && 'version' in output)!;
    Object.assign(liar, {
      output: { version: (liar.output as { version: number }).version + 1 },
    });
    expect(isLinearizable(lied, versions)).toBe(false);
  });
});
