/**
 * The journeys in Chromium, against a portal that is already running. `npm
 * test` starts one and sets both variables; by hand:
 *
 *   CALLBOARD_E2E_URL=http://localhost:7007 CALLBOARD_CHROMIUM=/usr/bin/chromium \
 *     yarn playwright test -c packages/app/playwright.config.ts
 */
import { defineConfig } from '@playwright/test';

const portal = required(
  'CALLBOARD_E2E_URL',
  'the address of a running portal, such as http://localhost:7007',
);
const chromium = required(
  'CALLBOARD_CHROMIUM',
  'the path of a Chromium, such as /usr/bin/chromium',
);

const wide = { viewport: { width: 1440, height: 900 } };
const narrow = { viewport: { width: 390, height: 844 } };
const onceFilled = { dependencies: ['portal'] };

export default defineConfig({
  testDir: './e2e-tests',
  outputDir: './e2e-results',
  // A test that passes only the second time is a fault to be seen.
  retries: 0,
  workers: 2,
  fullyParallel: true,
  forbidOnly: Boolean(process.env.CI),
  timeout: 60_000,
  expect: { timeout: 15_000 },
  reporter: [['list']],
  use: {
    baseURL: portal,
    screenshot: 'only-on-failure',
    trace: 'retain-on-failure',
    locale: 'en-US',
    launchOptions: {
      executablePath: chromium,
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
      ],
    },
  },
  projects: [
    { name: 'portal', testDir: './e2e-tests/portal' },
    { ...onceFilled, name: 'http', testDir: './e2e-tests/http' },
    { ...onceFilled, name: '1440', testDir: './e2e-tests/wide', use: wide },
    { ...onceFilled, name: '390', testDir: './e2e-tests/narrow', use: narrow },
    {
      ...onceFilled,
      name: 'screens-1440',
      testDir: './e2e-tests/screens',
      use: wide,
    },
    {
      ...onceFilled,
      name: 'screens-390',
      testDir: './e2e-tests/screens',
      use: narrow,
    },
    {
      // What looks at settings that all sessions of the guest share runs when
      // no other session is open.
      name: 'alone',
      testDir: './e2e-tests/alone',
      use: wide,
      fullyParallel: false,
      dependencies: ['http', '1440', '390', 'screens-1440', 'screens-390'],
    },
  ],
});

function required(variable: string, meaning: string): string {
  const value = process.env[variable];
  if (!value) {
    throw new Error(`${variable} is not set. It has to be ${meaning}.`);
  }
  return value;
}
