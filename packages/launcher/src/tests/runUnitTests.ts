/*
 * Unit and integration tests: jest over all workspaces, with one PostgreSQL
 * server for those that need one.
 */
import { mkdirSync } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type EmbeddedPostgres,
  removeEmbeddedPostgres,
} from '@callboard/embedded-postgres';
import type { CommandContext } from '../commands/Command.ts';
import { runNode } from '../processes/runNode.ts';
import { startDatabase } from '../portal/startDatabase.ts';
import { dotFolder, root } from '../root.ts';
import { backstageCli } from '../setUp/buildApp.ts';
import { countJest, type TestCounts } from './TestCounts.ts';

/** What the server of the tests need not do: its data are made anew each time. */
const notDurable = {
  fsync: 'off',
  synchronous_commit: 'off',
  full_page_writes: 'off',
  max_connections: '500',
};

const folder = join(dotFolder, 'test');

/**
 * How long a test that says nothing else may take, in ms. It ends tests that
 * hang; it is no measure of speed, so a busy machine must not reach it.
 */
const testTimeout = 60_000;

/**
 * @param projects - names of workspaces; all when left out
 * @param jestArgs - further arguments for jest
 */
export async function runUnitTests(
  projects: string[] | undefined,
  jestArgs: string[],
  { progress, ending }: CommandContext,
): Promise<TestCounts> {
  mkdirSync(folder, { recursive: true });
  const database = await progress.step(
    'Starting PostgreSQL for the tests',
    () => freshDatabase(ending),
  );
  const report = join(folder, 'jest.json');
  await rm(report, { force: true });
  try {
    await runNode(
      backstageCli,
      [
        'repo',
        'test',
        '--watchAll=false',
        '--json',
        `--outputFile=${report}`,
        `--testTimeout=${testTimeout}`,
        ...(projects ? ['--selectProjects', ...projects] : []),
        ...jestArgs,
      ],
      { cwd: root, env: testEnvironment(process.env, database), ending },
    );
    ending.signal.throwIfAborted();
    return await readReport(report);
  } finally {
    await database.stop();
  }
}

async function freshDatabase(
  ending: CommandContext['ending'],
): Promise<EmbeddedPostgres> {
  const dataDir = join(folder, 'postgres');
  await removeEmbeddedPostgres(dataDir);
  return startDatabase({ dataDir, settings: notDurable }, ending);
}

/** The environment of the tests: nothing of the portal's own configuration. */
export function testEnvironment(
  env: NodeJS.ProcessEnv,
  database: { connectionString(): string },
): NodeJS.ProcessEnv {
  return {
    ...Object.fromEntries(
      Object.entries(env).filter(([name]) => !name.startsWith('APP_CONFIG_')),
    ),
    NODE_ENV: 'test',
    TZ: 'UTC',
    BACKSTAGE_TEST_DISABLE_DOCKER: '1',
    BACKSTAGE_TEST_DATABASE_POSTGRES18_CONNECTION_STRING:
      database.connectionString(),
  };
}

async function readReport(file: string): Promise<TestCounts> {
  try {
    return countJest(JSON.parse(await readFile(file, 'utf8')));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') {
      throw error;
    }
    // jest ended before it could report: what it printed says why.
    return { passed: 0, failed: 1, skipped: 0 };
  }
}
