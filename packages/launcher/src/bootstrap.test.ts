/*
 * bootstrap.mjs as a machine without the toolchain sees it: copied into an
 * empty folder, with an npm in a few lines and a main.ts that says how it was
 * started.
 */
import { spawn } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

jest.setTimeout(60_000);

const launcher = dirname(__dirname);

/** What `npm ci` leaves: Node.js for this platform, and a note of the call. */
const fakeNpm = `
  const fs = require('fs');
  const path = require('path');
  fs.appendFileSync(process.env.CALLS, process.argv.slice(2).join(' ') + '\\n');
  if (process.env.NPM_SAYS) {
    console.error(process.env.NPM_SAYS);
    process.exit(1);
  }
  const platform = process.platform === 'win32' ? 'win' : process.platform;
  const bin = path.join('node_modules', 'node-' + platform + '-' + process.arch, 'bin');
  if (!process.env.NPM_HAS_NO_NODE) {
    fs.mkdirSync(bin, { recursive: true });
    fs.symlinkSync(process.execPath, path.join(bin, 'node'));
  } else {
    fs.mkdirSync('node_modules');
  }
`;

const fakeMain = `
  console.log('main', JSON.stringify(process.argv.slice(2)), process.execPath);
  if (process.argv[2] === 'wait') {
    process.on('SIGTERM', () => process.exit(0));
    process.on('disconnect', () => process.exit(0));
    setInterval(() => {}, 60000);
    console.log('waiting');
  } else if (process.argv[2] === 'die') {
    process.kill(process.pid, 'SIGKILL');
  } else {
    process.exit(Number(process.argv[2] ?? 0));
  }
`;

describe('bootstrap.mjs', () => {
  let folder: string;
  let calls: string;
  let toolchain: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'bootstrap-'));
    calls = join(folder, 'calls');
    toolchain = join(folder, 'toolchain');
    mkdirSync(toolchain);
    mkdirSync(join(folder, 'src'));
    mkdirSync(join(folder, 'npm'));
    copyFileSync(
      join(launcher, 'bootstrap.mjs'),
      join(folder, 'bootstrap.mjs'),
    );
    for (const name of ['package.json', 'package-lock.json']) {
      copyFileSync(join(launcher, 'toolchain', name), join(toolchain, name));
    }
    writeFileSync(join(folder, 'src/main.ts'), fakeMain);
    writeFileSync(join(folder, 'npm/npm-cli.js'), fakeNpm);
    writeFileSync(
      join(folder, 'pretend.cjs'),
      `Object.defineProperty(process, 'version', { value: process.env.VERSION });`,
    );
  });

  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  function run(
    args: string[] = [],
    { version = 'v20.11.0', ...env }: Record<string, string> = {},
  ) {
    const child = spawn(
      process.execPath,
      [
        '--require',
        join(folder, 'pretend.cjs'),
        join(folder, 'bootstrap.mjs'),
        ...args,
      ],
      {
        env: {
          PATH: process.env.PATH,
          HOME: folder,
          VERSION: version,
          CALLS: calls,
          npm_execpath: join(folder, 'npm/npm-cli.js'),
          ...env,
        },
        stdio: ['ignore', 'pipe', 'pipe'],
      },
    );
    const output: string[] = [];
    child.stdout.setEncoding('utf8').on('data', text => output.push(text));
    child.stderr.setEncoding('utf8').on('data', text => output.push(text));
    const ended = new Promise<{ code: number | string; output: string }>(
      resolve => {
        child.once('close', (code, signal) =>
          resolve({ code: code ?? signal!, output: output.join('') }),
        );
      },
    );
    return { child, ended };
  }

  function npmCalls(): number {
    return existsSync(calls)
      ? readFileSync(calls, 'utf8').trim().split('\n').length
      : 0;
  }

  it('gets the toolchain once, and runs main.ts with its Node.js', async () => {
    const first = await run(['0', '--port', '80']).ended;
    expect(first).toEqual({
      code: 0,
      output: expect.stringMatching(
        /Getting Node\.js 24\.\d+\.\d+ \(this machine has v20\.11\.0\) and Yarn 4\.\d+\.\d+ from npm … [\d.]+ s\nmain \["0","--port","80"\]/,
      ),
    });
    expect(readFileSync(calls, 'utf8')).toMatch(/^ci --ignore-scripts /);
    expect(readdirSync(toolchain).sort()).toEqual([
      'node_modules',
      'package-lock.json',
      'package.json',
    ]);
    expect((await run().ended).code).toBe(0);
    expect(npmCalls()).toBe(1);
  });

  it('gets it again when it is incomplete or of another lock', async () => {
    await run().ended;
    rmSync(join(toolchain, 'node_modules/.complete'));
    await run().ended;
    expect(npmCalls()).toBe(2);
    const lock = join(toolchain, 'package-lock.json');
    writeFileSync(lock, `${readFileSync(lock, 'utf8')}\n`);
    await run().ended;
    expect(npmCalls()).toBe(3);
  });

  it('removes what an interrupted run left', async () => {
    const left = join(toolchain, '.installing-4194304');
    mkdirSync(left);
    expect((await run().ended).code).toBe(0);
    expect(existsSync(left)).toBe(false);
  });

  it('uses the Node.js of the machine where that is new enough', async () => {
    const { output } = await run([], {
      version: process.version,
      NPM_HAS_NO_NODE: '1',
    }).ended;
    expect(output).toContain('Getting Yarn 4');
    expect(output).toContain(process.execPath);
  });

  it.each([
    [{ version: 'v18.20.0' }, 'needs Node.js 20 or newer and this is v18.20.0'],
    [{ NPM_HAS_NO_NODE: '1' }, 'install Node.js 24 (24.'],
    [
      { NPM_SAYS: 'npm error code ECONNREFUSED' },
      'The npm registry does not answer',
    ],
    [{ NPM_SAYS: 'npm error code EACCES' }, 'cannot be written by this user'],
    [{ NPM_SAYS: 'npm error code ENOSPC' }, 'No space is left on the disk'],
    [
      { NPM_SAYS: 'npm error code EINTEGRITY' },
      'it said:\nnpm error code EINT',
    ],
    [{ npm_execpath: '', PATH: '/nowhere' }, 'npm was not found'],
  ])('says what to do: %p', async (env, sentence) => {
    const { code, output } = await run([], env as Record<string, string>).ended;
    expect(code).toBe(1);
    expect(output).toContain(sentence);
    expect(output).not.toContain('main [');
    expect(
      readdirSync(toolchain).filter(name => name.startsWith('.installing')),
    ).toEqual([]);
  });

  it('tells a dead registry within a bounded time', async () => {
    const { code, output } = await run([], {
      npm_execpath: '',
      npm_config_registry: 'http://127.0.0.1:9',
      npm_config_cache: join(folder, 'cache'),
    }).ended;
    expect(code).toBe(1);
    expect(output).toContain('The npm registry does not answer');
  });

  it('ends as main.ts ends', async () => {
    expect((await run(['7']).ended).code).toBe(7);
    expect((await run(['die']).ended).code).toBe('SIGKILL');
  });

  it('passes a signal on, and its own end', async () => {
    for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
      const { child, ended } = run(['wait']);
      await new Promise<void>(resolve => {
        child.stdout.on('data', text => {
          if (text.includes('waiting')) {
            resolve();
          }
        });
      });
      child.kill(signal);
      // Its output closes only when main.ts has ended, too.
      expect((await ended).code).toBe(signal === 'SIGTERM' ? 0 : signal);
    }
  });
});
