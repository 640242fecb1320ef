import { newAggregateId } from '@callboard/plugin-eventstore-common';
import { doorOpened, doorShut, toDoor } from '../__testUtils__/doorEvents';
import { createTestNode, type TestNode } from '../__testUtils__/testSpoolers';
import { startTestStore, type TestStore } from '../__testUtils__/testStore';
import { defineOperator } from './defineOperator';

jest.setTimeout(60_000);

/** What happened, in order; `until` waits for it to have happened. */
class Diary {
  readonly lines: string[] = [];
  readonly #waiting = new Set<() => void>();

  write(line: string): void {
    this.lines.push(line);
    this.#waiting.forEach(look => look());
  }

  until(line: string): Promise<void> {
    return new Promise(resolve => {
      const look = () => {
        if (this.lines.includes(line)) {
          this.#waiting.delete(look);
          resolve();
        }
      };
      this.#waiting.add(look);
      look();
    });
  }
}

describe('operators', () => {
  let test: TestStore;
  let nodes: TestNode[];
  let diary: Diary;

  beforeEach(async () => {
    test = await startTestStore();
    nodes = [];
    diary = new Diary();
  });

  afterEach(async () => {
    await Promise.all(nodes.map(node => node.stop()));
    await test?.stop();
  });

  async function start(name: string) {
    const node = createTestNode({
      knex: test.database.knex,
      log: test.store.log,
    });
    await node.spoolers.addOperator(
      defineOperator({
        name: 'doorkeeper',
        events: [doorOpened, doorShut],
        concerns: event => event.type === 'house.door.opened',
        async lead({ signal, epoch, wait }) {
          diary.write(`${name} leads`);
          let last = epoch;
          while (!signal.aborted) {
            const news = await wait(600_000).catch(() => undefined);
            diary.write(news ? `${name} saw news` : `${name} ends`);
            last = epoch;
          }
          diary.write(`${name} led in ${last}`);
        },
      }),
    );
    node.node.start();
    await node.spoolers.start();
    nodes.push(node);
    return node;
  }

  const open = () =>
    test.store.log.append(
      toDoor(newAggregateId('house.door'), 0, [
        doorOpened.of({ hand: 'left' }),
      ]),
    );

  it('work in one process, and are woken by events', async () => {
    await start('one');
    await diary.until('one leads');
    await start('two');
    await open();
    await diary.until('one saw news');
    expect(diary.lines).toEqual(['one leads', 'one saw news']);
  });

  it('pass on when the process stops, after the work has ended', async () => {
    const one = await start('one');
    await diary.until('one leads');
    await start('two');
    await one.stop();
    await diary.until('two leads');
    expect(diary.lines).toEqual([
      'one leads',
      'one ends',
      'one led in 1',
      'two leads',
    ]);
    await open();
    await diary.until('two saw news');
  });

  it('begin again when their work has ended or failed', async () => {
    const node = createTestNode({
      knex: test.database.knex,
      log: test.store.log,
    });
    nodes.push(node);
    let times = 0;
    await node.spoolers.addOperator(
      defineOperator({
        name: 'stumbler',
        events: [doorOpened],
        async lead() {
          times += 1;
          diary.write(`time ${times}`);
          throw new Error('stumbled');
        },
      }),
    );
    node.node.start();
    await node.spoolers.start();
    await diary.until('time 2');
    expect(diary.lines).toEqual(['time 1', 'time 2']);
  });

  it('have names of their own', async () => {
    const node = await start('one');
    await expect(
      node.spoolers.addOperator(
        defineOperator({
          name: 'doorkeeper',
          events: [doorOpened],
          lead: async () => {},
        }),
      ),
    ).rejects.toThrow('already');
  });
});
