import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FolderLock, FolderLockedError } from './FolderLock.ts';
import { startMark } from './processes.ts';
import { ended, runProgram } from './__testUtils__/runProgram.ts';

describe('FolderLock', () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'folder-lock-'));
  });

  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  it('tells a second one who holds it', () => {
    const lock = FolderLock.acquire(folder, { url: 'http://localhost:7007' });
    expect(() => FolderLock.acquire(folder)).toThrow(
      expect.objectContaining({
        name: 'FolderLockedError',
        owner: expect.objectContaining({
          pid: process.pid,
          info: { url: 'http://localhost:7007' },
        }),
      }),
    );
    lock.tell({ url: 'http://localhost:7008' });
    expect(FolderLock.owner(folder)?.info).toEqual({
      url: 'http://localhost:7008',
    });
    lock.release();
  });

  it('can be taken again after a release, which may be repeated', () => {
    const lock = FolderLock.acquire(folder);
    lock.release();
    const next = FolderLock.acquire(folder);
    lock.release();
    expect(() => FolderLock.acquire(folder)).toThrow(FolderLockedError);
    next.release();
    expect(FolderLock.owner(folder)).toBeUndefined();
    expect(readdirSync(folder)).toEqual(['owner.2']);
  });

  it('names the owner it was taken over from', async () => {
    const dead = contender();
    await message(dead, 'ready');
    dead.send(folder);
    await message(dead, 'taken');
    dead.kill('SIGKILL');
    await ended(dead);
    const lock = FolderLock.acquire(folder);
    expect(lock.predecessor?.pid).toBe(dead.pid);
    lock.release();
    expect(FolderLock.acquire(folder).predecessor).toBeUndefined();
  });

  it.each([
    ['a cut off file', '{"pid": 1'],
    [
      'a later process with the pid of the owner',
      JSON.stringify({ pid: process.pid, startMark: 'before', info: {} }),
    ],
  ])('is taken over from %s', (_, content) => {
    writeFileSync(join(folder, 'owner.4'), content);
    expect(startMark(process.pid)).toBeDefined();
    FolderLock.acquire(folder).release();
    expect(readdirSync(folder)).toEqual(['owner.5']);
  });

  it('is taken over from a dead owner by one of many contenders', async () => {
    const dead = contender();
    await message(dead, 'ready');
    dead.send(folder);
    await message(dead, 'taken');
    dead.kill('SIGKILL');
    await ended(dead);

    const contenders = Array.from({ length: 6 }, contender);
    await Promise.all(contenders.map(child => message(child, 'ready')));
    const answers = contenders.map(child => message(child));
    for (const child of contenders) {
      child.send(folder);
    }
    expect((await Promise.all(answers)).sort()).toEqual([
      ...Array(5).fill('FolderLockedError'),
      'taken',
    ]);
    for (const child of contenders) {
      child.kill('SIGKILL');
    }
    await Promise.all(contenders.map(ended));
  });
});

function contender() {
  return runProgram('contendForLock', [], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
}

function message(
  child: ReturnType<typeof contender>,
  expected?: string,
): Promise<unknown> {
  return new Promise((resolve, reject) => {
    child.once('message', got => {
      if (expected !== undefined && got !== expected) {
        reject(new Error(`Got ${got} instead of ${expected}`));
      }
      resolve(got);
    });
  });
}
