import { GroupCommit, type GroupCommitItem, type Settled } from './GroupCommit';

interface Item extends GroupCommitItem {
  readonly name: string;
}

function item(
  name: string,
  exclusiveKeys: string[] = [name],
  sharedKeys: string[] = [],
  sizes: { events?: number; bytes?: number; instance?: string } = {},
): Item {
  return {
    name,
    exclusiveKeys,
    sharedKeys,
    instance: sizes.instance ?? 'home',
    eventCount: sizes.events ?? 1,
    bytes: sizes.bytes ?? 1,
  };
}

/** A queue whose batches are let go one by one. */
function setUp(limits: Partial<Record<string, number>> = {}) {
  const batches: string[][] = [];
  let arrived: (() => void) | undefined;
  const releases: ((outcome?: (name: string) => Settled<string>) => void)[] =
    [];
  const queue = new GroupCommit<Item, string>({
    maxBatchEvents: 100,
    maxBatchBytes: 1_000,
    maxQueuedItems: 10,
    maxQueuedBytes: 10_000,
    ...limits,
    write: items => {
      batches.push(items.map(({ name }) => name));
      arrived?.();
      return new Promise(resolve => {
        releases.push((outcome = name => ({ value: name })) =>
          resolve(items.map(({ name }) => outcome(name))),
        );
      });
    },
  });
  return {
    queue,
    batches,
    release: (outcome?: (name: string) => Settled<string>) =>
      releases.shift()!(outcome),
    nextBatch: () =>
      new Promise<void>(resolve => {
        arrived = resolve;
      }),
  };
}

/** Lets what is due run. */
const turn = () => new Promise(resolve => setImmediate(resolve));

describe('GroupCommit', () => {
  it('writes what comes at the same time in one batch, the rest in the next', async () => {
    const { queue, batches, release, nextBatch } = setUp();
    const first = [queue.submit(item('a')), queue.submit(item('b'))];
    await nextBatch();
    const second = [queue.submit(item('c')), queue.submit(item('d'))];
    expect(batches).toEqual([['a', 'b']]);
    release();
    await expect(Promise.all(first)).resolves.toEqual(['a', 'b']);
    await nextBatch();
    expect(batches[1]).toEqual(['c', 'd']);
    release(name =>
      name === 'c' ? { error: new Error('refused') } : { value: name },
    );
    await expect(second[0]).rejects.toThrow('refused');
    await expect(second[1]).resolves.toBe('d');
  });

  it('lets those who were answered into the very next batch', async () => {
    const { queue, batches, release, nextBatch } = setUp();
    const again = queue.submit(item('a')).then(() => queue.submit(item('a2')));
    await nextBatch();
    const waiting = queue.submit(item('b'));
    release();
    await nextBatch();
    expect(batches[1]).toEqual(['b', 'a2']);
    release();
    await Promise.all([again, waiting]);
  });

  it('never has one key twice in a batch, and keeps the order of each key', async () => {
    const { queue, batches, release, nextBatch } = setUp();
    const all = [
      item('x1', ['x']),
      item('y1', ['y']),
      item('xy', ['x', 'y']),
      item('y2', ['y']), // waits behind xy
      item('z1', ['z']),
      item('s1', [], ['s']),
      item('s2', [], ['s']),
      item('s3', ['s']),
      item('s4', [], ['s']), // waits behind s3
    ].map(one => queue.submit(one));
    for (let batch = 0; batch < 3; batch++) {
      await nextBatch();
      release();
    }
    await Promise.all(all);
    expect(batches).toEqual([
      ['x1', 'y1', 'z1', 's1', 's2'],
      ['xy', 's3'],
      ['y2', 's4'],
    ]);
  });

  it('closes a batch at its limits, but takes one item that is over them alone', async () => {
    const { queue, batches, release, nextBatch } = setUp({
      maxBatchEvents: 3,
      maxBatchBytes: 10,
    });
    const all = [
      item('a', ['a'], [], { events: 2 }),
      item('b', ['b'], [], { events: 2 }),
      item('c', ['c'], [], { bytes: 9 }),
      item('d', ['d'], [], { bytes: 50 }),
      item('e'),
    ].map(one => queue.submit(one));
    for (let batch = 0; batch < 4; batch++) {
      await nextBatch();
      release();
    }
    await Promise.all(all);
    expect(batches).toEqual([['a'], ['b', 'c'], ['d'], ['e']]);
  });

  const many = (prefix: string, count: number) =>
    Array.from({ length: count }, (_, index) => item(`${prefix}${index}`));

  it('prepares a second batch while the database works on the first, but no third', async () => {
    const { queue, batches, release, nextBatch } = setUp({
      maxQueuedItems: 100,
    });
    const submitAll = (items: Item[]) => items.map(one => queue.submit(one));
    const all = submitAll(many('a', 20));
    await nextBatch();
    all.push(...submitAll(many('b', 9)));
    await turn();
    expect(batches).toHaveLength(1); // fewer than half as many: they wait
    all.push(...submitAll(many('c', 1)));
    await nextBatch();
    expect(batches.map(({ length }) => length)).toEqual([20, 10]);
    all.push(...submitAll(many('d', 30)));
    await turn();
    expect(batches).toHaveLength(2);
    release();
    await nextBatch();
    release();
    release();
    await Promise.all(all);
    expect(batches.map(({ length }) => length)).toEqual([20, 10, 30]);
  });

  it('does not wait for all callers when half of them are back', async () => {
    const { queue, batches, release, nextBatch } = setUp({
      maxQueuedItems: 100,
    });
    const all = many('a', 20).map(one => queue.submit(one));
    await nextBatch();
    release();
    await Promise.all(all);
    const again = many('b', 20).map(one => queue.submit(one));
    // In the same turn: ten to begin with, then those who came after them.
    expect(batches.map(({ length }) => length)).toEqual([20, 10]);
    await nextBatch();
    expect(batches[2]).toHaveLength(10);
    release();
    release();
    await Promise.all(again);
  });

  it('does not write what shares a key with a batch under way', async () => {
    const { queue, batches, release, nextBatch } = setUp({
      maxQueuedItems: 100,
    });
    const all = [...many('a', 20), item('s', [], ['shared'])].map(one =>
      queue.submit(one),
    );
    await nextBatch();
    all.push(
      ...[
        item('a0 again', ['a0']),
        item('s again', [], ['shared']),
        item('a0 and x', ['a0', 'x']),
        item('x', ['x']), // waits behind the one before
        ...many('b', 10),
      ].map(one => queue.submit(one)),
    );
    await nextBatch();
    expect(batches[1]).toEqual(many('b', 10).map(({ name }) => name));
    release();
    release();
    await nextBatch();
    expect(batches[2]).toEqual(['a0 again', 's again']);
    release();
    await nextBatch();
    expect(batches[3]).toEqual(['a0 and x']);
    release();
    await nextBatch();
    expect(batches[4]).toEqual(['x']);
    release();
    await Promise.all(all);
  });

  it('writes what shares a key together, but not for two instances', async () => {
    const { queue, batches, release, nextBatch } = setUp();
    const all = [
      item('s', [], ['shared']),
      item('s again', [], ['shared']),
      item('s elsewhere', [], ['shared'], { instance: 'work' }),
      item('s after that', [], ['shared']),
    ].map(one => queue.submit(one));
    await nextBatch();
    expect(batches[0]).toEqual(['s', 's again']);
    release();
    await nextBatch();
    expect(batches[1]).toEqual(['s elsewhere']);
    release();
    await nextBatch();
    expect(batches[2]).toEqual(['s after that']);
    release();
    await Promise.all(all);
  });

  it('says at once that it is busy when too much waits', async () => {
    const { queue, release, nextBatch } = setUp({
      maxQueuedItems: 2,
      maxQueuedBytes: 100,
    });
    const taken = [queue.submit(item('a'))];
    await nextBatch();
    taken.push(queue.submit(item('b')), queue.submit(item('c')));
    const busy = expect.objectContaining({
      code: 'eventstore.busy',
      retryable: true,
      status: 429,
    });
    await expect(queue.submit(item('d'))).rejects.toThrow(busy);
    release();
    await nextBatch();
    expect(queue.queued).toBe(0);
    taken.push(queue.submit(item('e', ['e'], [], { bytes: 90 })));
    await expect(
      queue.submit(item('f', ['f'], [], { bytes: 20 })),
    ).rejects.toThrow(busy);
    release();
    await nextBatch();
    release();
    await expect(Promise.all(taken)).resolves.toEqual(['a', 'b', 'c', 'e']);
    expect(queue.queuedBytes).toBe(0);
  });

  it('writes all it has taken before it is closed, and takes nothing more', async () => {
    const { queue, batches, release, nextBatch } = setUp();
    const taken = [queue.submit(item('a'))];
    await nextBatch();
    taken.push(queue.submit(item('a2', ['a'])));
    let closed = false;
    const closing = queue.close(60_000).then(() => {
      closed = true;
    });
    await expect(queue.submit(item('b'))).rejects.toThrow(
      expect.objectContaining({
        code: 'eventstore.shutting_down',
        retryable: true,
        status: 503,
      }),
    );
    release();
    await nextBatch();
    expect(closed).toBe(false);
    release();
    await closing;
    await expect(Promise.all(taken)).resolves.toEqual(['a', 'a2']);
    expect(batches).toEqual([['a'], ['a2']]);
  });

  it('refuses what still waits when the time to close is over', async () => {
    const { queue, release, nextBatch } = setUp();
    const writing = queue.submit(item('a'));
    await nextBatch();
    const waiting = queue.submit(item('b'));
    const closing = queue.close(1);
    await expect(waiting).rejects.toThrow(
      expect.objectContaining({ code: 'eventstore.shutting_down' }),
    );
    release();
    await closing;
    await expect(writing).resolves.toBe('a');
  });
});
