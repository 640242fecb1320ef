import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseCommandLine } from '../commandLine/parseCommandLine.ts';
import { testSpec } from '../commands/testSpec.ts';
import { affectedWorkspaces, changedFiles } from './changedWorkspaces.ts';
import { chooseTests } from './chooseTests.ts';
import { chromiumCandidates, findChromium } from './findChromium.ts';
import { testEnvironment } from './runUnitTests.ts';
import {
  addCounts,
  closingLine,
  countJest,
  countPlaywright,
} from './TestCounts.ts';

const workspaces = [
  {
    name: '@callboard/app',
    folder: 'packages/app',
    dependencies: ['@callboard/ui'],
  },
  { name: '@callboard/ui', folder: 'plugins/ui', dependencies: [] },
  {
    name: '@callboard/backend',
    folder: 'packages/backend',
    dependencies: ['@callboard/app'],
  },
  { name: '@callboard/bench', folder: 'packages/bench', dependencies: [] },
];

function choose(...args: string[]) {
  return chooseTests(parseCommandLine(testSpec, args), workspaces);
}

describe('chooseTests', () => {
  it('runs everything unless told otherwise', () => {
    expect(choose()).toEqual({
      unit: true,
      e2e: true,
      workspaces: undefined,
      changedSince: undefined,
      passedOn: [],
    });
  });

  it('runs the tests of workspaces, by name, path or short name', () => {
    expect(
      choose(
        '--workspace',
        './packages/app/',
        '--workspace',
        '@callboard/ui',
        '--workspace=bench',
        '--',
        '-t',
        'x',
      ),
    ).toMatchObject({
      unit: true,
      e2e: false,
      workspaces: ['@callboard/app', '@callboard/ui', '@callboard/bench'],
      passedOn: ['-t', 'x'],
    });
  });

  it('runs one kind', () => {
    expect(choose('--unit')).toMatchObject({ unit: true, e2e: false });
    expect(choose('--e2e')).toMatchObject({ unit: false, e2e: true });
  });

  it('compares with what is committed, or with what is named', () => {
    expect(choose('--changed').changedSince).toBe('HEAD');
    expect(choose('--changed', 'main').changedSince).toBe('main');
  });

  it.each([
    [['--unit', '--e2e'], 'leave nothing to run'],
    [['--workspace', 'app', '--e2e'], 'cannot be combined'],
    [['main'], 'nothing to do with “main”'],
    [['--workspace', 'packages/ap'], 'did you mean packages/app?'],
    [['--workspace', 'backnd'], 'did you mean backend?'],
  ])('refuses %p', (args, message) => {
    expect(() => choose(...args)).toThrow(message);
  });
});

describe('affectedWorkspaces', () => {
  it('adds whoever depends on what changed', () => {
    expect(affectedWorkspaces(['plugins/ui/src/a.ts'], workspaces)).toEqual([
      '@callboard/app',
      '@callboard/backend',
      '@callboard/ui',
    ]);
    expect(affectedWorkspaces(['packages/bench/a.ts'], workspaces)).toEqual([
      '@callboard/bench',
    ]);
  });

  it('is all of them when something outside changed', () => {
    expect(affectedWorkspaces(['yarn.lock'], workspaces)).toHaveLength(4);
    expect(affectedWorkspaces(['catalog/all.yaml'], workspaces)).toHaveLength(
      4,
    );
  });

  it('is none for what no test looks at', () => {
    expect(affectedWorkspaces(['README.md', '.ci/run'], workspaces)).toEqual(
      [],
    );
  });
});

describe('changedFiles', () => {
  it('are those that differ and those that are new', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'changed-files-'));
    const git = (...args: string[]) =>
      execFileSync(
        'git',
        ['-c', 'user.name=a', '-c', 'user.email=a@b', ...args],
        {
          cwd: folder,
          stdio: 'ignore',
        },
      );
    const write = (name: string) =>
      writeFileSync(join(folder, name), `${Math.random()}`);
    git('init', '-b', 'main');
    ['same', 'edited', 'staged'].forEach(write);
    git('add', '.');
    git('commit', '-m', 'first');
    ['edited', 'staged', 'new é'].forEach(write);
    git('add', 'staged');
    expect((await changedFiles(folder, 'HEAD')).sort()).toEqual([
      'edited',
      'new é',
      'staged',
    ]);
    await expect(changedFiles(folder, 'nowhere')).rejects.toThrow(
      'git cannot tell what has changed since nowhere',
    );
    rmSync(folder, { recursive: true });
  });
});

describe('findChromium', () => {
  it('takes the one that is named, or none', () => {
    const folder = mkdtempSync(join(tmpdir(), 'chromium-'));
    const file = join(folder, 'chromium');
    expect(findChromium({ CALLBOARD_CHROMIUM: file })).toBeUndefined();
    writeFileSync(file, '');
    chmodSync(file, 0o755);
    expect(findChromium({ CALLBOARD_CHROMIUM: file })).toBe(file);
    rmSync(folder, { recursive: true });
  });

  it('looks at the usual places and on the path', () => {
    const candidates = chromiumCandidates({ PATH: '/opt/bin:/usr/local/bin' });
    expect(candidates).toContain('/usr/bin/chromium');
    expect(candidates).toContain('/opt/bin/google-chrome');
  });
});

describe('counts', () => {
  it('are summed in the closing line', () => {
    const unit = countJest({
      numPassedTests: 5,
      numFailedTests: 1,
      numPendingTests: 2,
      numTodoTests: 1,
      numRuntimeErrorTestSuites: 1,
    });
    const e2e = countPlaywright({
      errors: [],
      stats: { expected: 3, unexpected: 1, flaky: 1, skipped: 0 },
    });
    expect(closingLine(addCounts(unit, e2e))).toBe(
      '8 passed, 4 failed, 3 skipped',
    );
    expect(closingLine({ passed: 2, failed: 0, skipped: 0 })).toBe(
      '2 passed, 0 failed',
    );
  });

  it('take an error outside every test for a failure', () => {
    expect(
      countPlaywright({
        errors: [{ message: 'No tests found' }],
        stats: { expected: 0, unexpected: 0, flaky: 0, skipped: 0 },
      }),
    ).toEqual({ passed: 0, failed: 1, skipped: 0 });
  });
});

describe('testEnvironment', () => {
  it("has a database and none of the portal's own configuration", () => {
    expect(
      testEnvironment(
        { APP_CONFIG_app_title: 'Mine', NODE_ENV: 'production', HOME: '/' },
        { connectionString: () => 'postgresql://test' },
      ),
    ).toEqual({
      HOME: '/',
      NODE_ENV: 'test',
      TZ: 'UTC',
      BACKSTAGE_TEST_DISABLE_DOCKER: '1',
      BACKSTAGE_TEST_DATABASE_POSTGRES18_CONNECTION_STRING: 'postgresql://test',
    });
  });
});
