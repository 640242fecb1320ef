import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { identify, stillRuns } from '@callboard/embedded-postgres';
import { LauncherProgram } from '../__testUtils__/LauncherProgram.ts';
import { Ending } from '../processes/Ending.ts';
import { Progress } from '../progress/Progress.ts';
import { whenAlone } from './whenAlone.ts';

jest.setTimeout(60_000);

describe('whenAlone', () => {
  let folder: string;
  let said: string;
  let progress: Progress;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'when-alone-'));
    said = '';
    progress = new Progress({
      write: text => {
        said += text;
      },
    });
  });

  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  it('does one thing after the other', async () => {
    const events: string[] = [];
    const waiting = new Promise<void>(resolve => {
      progress = new Progress({
        write: text => {
          said += text;
          if (text.includes('Waiting')) {
            resolve();
          }
        },
      });
    });
    const work = (name: string, until: Promise<void>) =>
      whenAlone(
        progress,
        new Ending(),
        async () => {
          events.push(`${name} begins`);
          await until;
          events.push(`${name} ends`);
        },
        folder,
      );
    await Promise.all([
      work('first', waiting),
      work('second', Promise.resolve()),
    ]);
    expect(events).toEqual([
      'first begins',
      'first ends',
      'second begins',
      'second ends',
    ]);
    expect(said).toContain(
      `Waiting for another Callboard command (process ${process.pid})`,
    );
  });

  it('gives way when a step fails', async () => {
    const ending = new Ending();
    await expect(
      whenAlone(
        progress,
        ending,
        () => Promise.reject(new Error('no')),
        folder,
      ),
    ).rejects.toThrow('no');
    expect(await whenAlone(progress, ending, async () => 7, folder)).toBe(7);
  });

  it('ends waiting when the launcher is to end', async () => {
    const ending = new Ending();
    await whenAlone(
      progress,
      ending,
      async () => {
        const second = whenAlone(progress, ending, async () => {}, folder);
        ending.ask('SIGINT');
        await expect(second).rejects.toThrow('aborted');
      },
      folder,
    );
  });

  it('ends what a killed command has left at work before it begins', async () => {
    const first = new LauncherProgram('holdSetUp', [folder]);
    await first.printed('pids');
    const [tool] = /pids (\d+)/.exec(first.output)!.slice(1).map(Number);
    const identity = identify(tool!);
    // Stopped, it cannot notice that its launcher dies.
    process.kill(tool!, 'SIGSTOP');
    first.child.kill('SIGKILL');
    expect(
      await whenAlone(
        progress,
        new Ending(),
        async () => stillRuns(identity),
        folder,
      ),
    ).toBe(false);
    await first.ended();
  });
});
