import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { explainLog, readFrom, rotate, saysStillInUse } from './serverLog.ts';

const context = {
  dataDir: '/data',
  host: '127.0.0.1',
  port: 5432,
  logFile: '/data/postgres.log',
};

describe('serverLog', () => {
  it.each([
    [
      'PORT_TAKEN',
      'LOG:  could not bind IPv4 address "127.0.0.1": Address already in use\nHINT: …',
    ],
    [
      'NO_SPACE',
      'FATAL:  could not write to file "pg_wal/xlogtemp.1": No space left on device',
    ],
    [
      'NO_PERMISSION',
      'FATAL:  could not open file "global/pg_control": Permission denied',
    ],
    ['START_FAILED', 'FATAL:  something new'],
  ])('recognises %s', (code, log) => {
    expect(explainLog(log, context).code).toBe(code);
  });

  it('quotes the last lines of what it does not know', () => {
    const lines = ['one', 'two', 'three', 'four', 'five', 'six'];
    const { message } = explainLog(lines.join('\n'), context);
    expect(message).toMatch(/postgres\.log, and ends with:\ntwo\n[^]*six$/);
  });

  it('knows when an earlier server has not ended entirely', () => {
    expect(
      saysStillInUse(
        'FATAL:  pre-existing shared memory block (key 1, ID 2) is still in use',
      ),
    ).toBe(true);
    expect(saysStillInUse('FATAL:  something new')).toBe(false);
  });

  it('sets a big log aside and reads from a place in it', () => {
    const folder = mkdtempSync(join(tmpdir(), 'server-log-'));
    const file = join(folder, 'postgres.log');
    rotate(file);
    writeFileSync(file, 'before|after');
    expect(readFrom(file, 7)).toBe('after');
    rotate(file, 12);
    expect(readFileSync(file, 'utf8')).toBe('before|after');
    rotate(file, 11);
    expect(() => readFileSync(file)).toThrow('ENOENT');
    expect(readFileSync(`${file}.1`, 'utf8')).toBe('before|after');
    rmSync(folder, { recursive: true });
  });
});
