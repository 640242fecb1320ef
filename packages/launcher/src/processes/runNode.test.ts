import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { identify, stillRuns } from '@callboard/embedded-postgres';
import { LauncherProgram } from '../__testUtils__/LauncherProgram.ts';
import { Ending } from './Ending.ts';
import { runNode, withThisNode } from './runNode.ts';

jest.setTimeout(60_000);

describe('runNode', () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'run-node-'));
  });

  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  function script(text: string) {
    const file = join(folder, 'script.cjs');
    writeFileSync(file, text);
    return file;
  }

  it('gives back the exit code, the last lines and a log with all of them', async () => {
    const logFile = join(folder, 'logs/tool.log');
    const lines: string[] = [];
    const result = await runNode(
      script(`
        for (let i = 1; i <= 20; i++) console.log('line ' + i, process.argv[2]);
        process.exit(7);
      `),
      ['word'],
      {
        cwd: folder,
        ending: new Ending(),
        logFile,
        onLine: line => lines.push(line),
      },
    );
    expect(result.code).toBe(7);
    expect(result.lastLines).toHaveLength(15);
    expect(result.lastLines.at(-1)).toBe('line 20 word');
    expect(lines).toHaveLength(20);
    expect(readFileSync(logFile, 'utf8')).toBe(`${lines.join('\n')}\n`);
  });

  it('does not wait for what a tool left behind, and ends it', async () => {
    let orphan = 0;
    await runNode(
      script(`
        const { spawn } = require('child_process');
        console.log(spawn('sleep', ['600'], { stdio: 'inherit' }).pid);
        process.exit(0);
      `),
      [],
      {
        cwd: folder,
        ending: new Ending(),
        onLine: line => {
          orphan = Number(line);
        },
      },
    );
    expect(orphan).toBeGreaterThan(0);
    await gone(orphan);
  });

  it('waits for a program that has nothing left to do but its workers', async () => {
    const lines: string[] = [];
    const { code } = await runNode(
      script(`
        const { fork } = require('child_process');
        if (process.argv[2] === 'worker') {
          process.on('message', text => process.send('got ' + text));
        } else {
          const worker = fork(__filename, ['worker']);
          worker.on('message', text => {
            console.log(text);
            worker.disconnect();
          });
          worker.on('exit', code => console.log('worker ended', code));
          setTimeout(() => worker.send('work'), 200);
        }
      `),
      [],
      {
        cwd: folder,
        ending: new Ending(),
        onLine: line => lines.push(line),
      },
    );
    expect(lines).toEqual(['got work', 'worker ended 0']);
    expect(code).toBe(0);
  });

  it('does not begin when the launcher is to end', async () => {
    const ending = new Ending();
    ending.ask('SIGTERM');
    await expect(runNode(script(''), [], { cwd: folder, ending })).rejects.toBe(
      'SIGTERM',
    );
  });

  it('puts this Node first on the path', () => {
    expect(withThisNode({ PATH: '/usr/bin' }).PATH).toMatch(
      /^.+[:;]\/usr\/bin$/,
    );
  });

  it.each([
    ['is asked to end', 'SIGTERM', []],
    ['is killed', 'SIGKILL', []],
    ['is killed, and the tool is stubborn', 'SIGKILL', ['stubborn']],
  ] as const)(
    'ends the tool and its children when the launcher %s',
    async (_, signal, args) => {
      const program = new LauncherProgram('holdTool', [...args]);
      await program.printed('pids');
      const pids = /pids (\d+) (\d+)/
        .exec(program.output)!
        .slice(1)
        .map(Number);
      program.child.kill(signal);
      expect(await program.ended()).toBe(signal === 'SIGKILL' ? signal : 143);
      await Promise.all(pids.map(gone));
      expect(pids.map(identify).filter(stillRuns)).toEqual([]);
    },
  );
});

async function gone(pid: number) {
  const process_ = identify(pid);
  while (stillRuns(process_)) {
    await delay(20);
  }
}
