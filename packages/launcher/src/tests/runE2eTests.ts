/*
 * End-to-end tests: a portal on fresh data, started as `npm start` starts it,
 * and Playwright's journeys through it in Chromium.
 */
import { mkdirSync } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { freePort, removeEmbeddedPostgres } from '@callboard/embedded-postgres';
import type { CommandContext } from '../commands/Command.ts';
import { lockDataFolder } from '../portal/lockDataFolder.ts';
import { Portal } from '../portal/Portal.ts';
import { databaseFolder } from '../portal/startDatabase.ts';
import { runNode } from '../processes/runNode.ts';
import { dotFolder, root } from '../root.ts';
import { countPlaywright, type TestCounts } from './TestCounts.ts';

const dataDir = join(dotFolder, 'e2e');

/**
 * @param chromium - path of the browser
 * @param playwrightArgs - further arguments for Playwright
 */
export async function runE2eTests(
  chromium: string,
  playwrightArgs: string[],
  context: CommandContext,
): Promise<TestCounts> {
  const { ending } = context;
  const lock = lockDataFolder(dataDir, {});
  try {
    await removeEmbeddedPostgres(databaseFolder(dataDir));
    const host = '127.0.0.1';
    const portal = await Portal.start(
      {
        host,
        port: await freePort(host),
        dataDir,
        databaseUrl: undefined,
        configFiles: [],
      },
      context,
    );
    try {
      return await runPlaywright(portal.url, chromium, playwrightArgs, ending);
    } finally {
      await portal.stop();
    }
  } finally {
    lock.release();
  }
}

async function runPlaywright(
  url: string,
  chromium: string,
  args: string[],
  ending: CommandContext['ending'],
): Promise<TestCounts> {
  const report = join(dotFolder, 'test/playwright.json');
  mkdirSync(join(dotFolder, 'test'), { recursive: true });
  await rm(report, { force: true });
  const fromApp = createRequire(join(root, 'packages/app/package.json'));
  await runNode(
    join(fromApp.resolve('@playwright/test/package.json'), '../cli.js'),
    [
      'test',
      '-c',
      join(root, 'packages/app/playwright.config.ts'),
      '--reporter=list,json',
      ...args,
    ],
    {
      cwd: root,
      env: {
        ...process.env,
        CALLBOARD_E2E_URL: url,
        CALLBOARD_CHROMIUM: chromium,
        PLAYWRIGHT_JSON_OUTPUT_FILE: report,
        TZ: 'UTC',
      },
      ending,
    },
  );
  ending.signal.throwIfAborted();
  try {
    return countPlaywright(JSON.parse(await readFile(report, 'utf8')));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') {
      throw error;
    }
    // Playwright ended before it could report: what it printed says why.
    return { passed: 0, failed: 1, skipped: 0 };
  }
}
