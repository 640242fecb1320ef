import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import {
  commandLine,
  isAlive,
  listProcesses,
  parseProcStat,
  startMark,
} from './processes.ts';
import { waitUntil } from './stopServer.ts';
import { ended } from './__testUtils__/runProgram.ts';

const onLinux = process.platform === 'linux' ? it : it.skip;

describe('processes', () => {
  it('reads a stat line whose program name has spaces and brackets', () => {
    const tail = Array.from({ length: 48 }, (_, i) => String(i)).join(' ');
    expect(parseProcStat(`42 (a) b (c) S 7 ${tail}`)).toEqual({
      name: 'a) b (c',
      state: 'S',
      ppid: 7,
      startTime: '17',
    });
    expect(parseProcStat('')).toBeUndefined();
  });

  it('knows itself', () => {
    expect(isAlive(process.pid)).toBe(true);
    expect(startMark(process.pid)).toBe(startMark(process.pid));
    expect(listProcesses()).toContainEqual({
      pid: process.pid,
      ppid: process.ppid,
      zombie: false,
    });
  });

  onLinux('counts a zombie as dead', async () => {
    // The shell becomes a program that does not ask after the shell's child.
    const parent = spawn('/bin/sh', ['-c', 'sleep 600 & echo $!; exec cat'], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    const child = Number(
      await new Promise<string>(resolve => {
        createInterface({ input: parent.stdout }).once('line', resolve);
      }),
    );
    const turned = () => commandLine(parent.pid!)[0] === 'cat';
    expect(await waitUntil(turned, 10_000)).toBe(true);
    expect(isAlive(child)).toBe(true);
    process.kill(child, 'SIGKILL');
    const listed = () =>
      listProcesses().some(entry => entry.pid === child && entry.zombie);
    expect(await waitUntil(listed, 10_000)).toBe(true);
    expect(isAlive(child)).toBe(false);
    parent.stdin.end();
    await ended(parent);
  });
});
