// @ts-check
/** The two rules of src/domain: what it imports, and what it reads. */
const { createTree } = require('../__testUtils__/createTree');

const tree = createTree({
  workspaces: {
    'plugins/iam-backend': {
      name: '@callboard/plugin-iam-backend',
      role: 'backend-plugin',
      pluginId: 'iam',
    },
    'plugins/iam-common': {
      name: '@callboard/plugin-iam-common',
      role: 'common-library',
      pluginId: 'iam',
    },
    'plugins/eventstore-common': {
      name: '@callboard/plugin-eventstore-common',
      role: 'common-library',
      pluginId: 'eventstore',
    },
    'plugins/eventstore-node': {
      name: '@callboard/plugin-eventstore-node',
      role: 'node-library',
      pluginId: 'eventstore',
    },
  },
  installed: [
    { name: '@backstage/backend-plugin-api', role: 'node-library' },
    { name: '@backstage/errors', role: 'common-library' },
    { name: '@backstage/catalog-client', role: 'common-library' },
    { name: '@backstage/plugin-catalog-common', role: 'common-library' },
  ],
});

afterAll(() => tree.remove());

const USER = 'plugins/iam-backend/src/domain/user/user.ts';

/**
 * @param {string} file
 * @param {string} code
 * @param {string} rule
 */
async function reports(file, code, rule) {
  const messages = await tree.lint(file, code);
  return messages
    .filter(({ ruleId }) => ruleId === `@callboard/${rule}`)
    .map(({ message }) => message.split(' ')[0]);
}

describe('domain-imports', () => {
  it.each([
    'node:fs',
    'fs',
    'node:crypto',
    'knex',
    'pg',
    'node:http',
    'express',
    '@octokit/rest',
    '@backstage/backend-plugin-api',
    '@backstage/catalog-client',
    '@callboard/plugin-eventstore-node',
    '../../projections/users',
    '../../queries/users',
    '../../api/users',
    '../../reactors/sendMail',
    '../../plugin',
    '../..',
  ])('keeps %s out', async specifier => {
    await expect(
      reports(USER, `import { x } from '${specifier}';`, 'domain-imports'),
    ).resolves.toEqual([specifier]);
  });

  it('keeps types of elsewhere out as well', async () => {
    await expect(
      reports(USER, "import type { Knex } from 'knex';", 'domain-imports'),
    ).resolves.toEqual(['knex']);
  });

  it.each([
    './events',
    '../group/events',
    '..',
    'zod',
    'zod/v4',
    '@backstage/errors',
    '@backstage/plugin-catalog-common',
    '@callboard/plugin-iam-common',
    '@callboard/plugin-eventstore-common',
  ])('lets %s in', async specifier => {
    await expect(
      reports(USER, `import { x } from '${specifier}';`, 'domain-imports'),
    ).resolves.toEqual([]);
  });

  it('lets tests use test kits', async () => {
    await expect(
      reports(
        'plugins/iam-backend/src/domain/user/user.test.ts',
        "import { given } from '@callboard/plugin-eventstore-node/testUtils';",
        'domain-imports',
      ),
    ).resolves.toEqual([]);
  });
});

describe('no-ambient-input', () => {
  const PROJECTION = 'plugins/iam-backend/src/projections/users.ts';

  it.each([
    ['const at = Date.now();', 'Date.now'],
    ['const at = new Date();', 'new'],
    ['const at = Date();', 'Date()'],
    ['const key = Math.random();', 'Math.random'],
    ['const key = crypto.randomUUID();', 'crypto'],
    ["import { randomUUID } from 'node:crypto';", 'randomUUID'],
    ["import { v7 } from 'uuid';", 'v7'],
    ['const url = process.env.URL;', 'process'],
    ['const answer = fetch("/");', 'fetch'],
    ['setTimeout(() => {}, 1);', 'setTimeout'],
    ['console.log("here");', 'console'],
    ['function f() { return performance.now(); }', 'performance'],
  ])('%s', async (code, what) => {
    await expect(reports(USER, code, 'no-ambient-input')).resolves.toEqual([
      what,
    ]);
    await expect(
      reports(PROJECTION, code, 'no-ambient-input'),
    ).resolves.toEqual([what]);
  });

  it.each([
    'const at = new Date(event.occurredAt);',
    'const at = Date.parse(event.occurredAt);',
    'const most = Math.max(1, 2);',
    'function settle(process: { state: string }) { return process.state; }',
    'const fetch = (id: string) => id; fetch("1");',
    "import { createHash } from 'node:crypto';",
    "import { validate } from 'uuid';",
  ])('%s is reproducible', async code => {
    await expect(
      reports(PROJECTION, code, 'no-ambient-input'),
    ).resolves.toEqual([]);
  });

  it('leaves the other rooms their clock', async () => {
    await expect(
      reports(
        'plugins/iam-backend/src/api/users.ts',
        'const at = Date.now();',
        'no-ambient-input',
      ),
    ).resolves.toEqual([]);
  });
});
