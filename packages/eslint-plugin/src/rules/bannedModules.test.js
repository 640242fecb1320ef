// @ts-check
const { createTree } = require('../__testUtils__/createTree');

const tree = createTree({
  workspaces: {
    'packages/app': { name: '@callboard/app', role: 'frontend' },
    'plugins/iam': {
      name: '@callboard/plugin-iam',
      role: 'frontend-plugin',
      pluginId: 'iam',
    },
    'plugins/iam-common': {
      name: '@callboard/plugin-iam-common',
      role: 'common-library',
      pluginId: 'iam',
    },
    'plugins/iam-backend': {
      name: '@callboard/plugin-iam-backend',
      role: 'backend-plugin',
      pluginId: 'iam',
    },
  },
});

afterAll(() => tree.remove());

/**
 * @param {string} file
 * @param {string} specifier
 */
async function isBanned(file, specifier) {
  const messages = await tree.lint(file, `import x from '${specifier}';\n`);
  return messages.some(({ ruleId }) => ruleId === '@callboard/banned-modules');
}

it.each([
  ['plugins/iam-backend/src/a.ts', 'better-sqlite3'],
  ['plugins/iam-backend/src/a.test.ts', 'better-sqlite3'],
  ['plugins/iam-backend/src/a.ts', 'node:sqlite'],
  ['plugins/iam-backend/src/a.ts', 'moment'],
  ['plugins/iam-backend/src/a.ts', 'lodash'],
  ['plugins/iam/src/a.tsx', '@material-ui/core'],
  ['plugins/iam/src/a.tsx', '@material-ui/icons/Home'],
  ['plugins/iam/src/a.test.tsx', '@mui/material/Button'],
  ['packages/app/src/a.tsx', '@mui/material/Button'],
  ['plugins/iam/src/a.tsx', 'react-router-dom'],
  ['plugins/iam/src/a.tsx', 'node:fs'],
  ['plugins/iam/src/a.tsx', 'fs/promises'],
  ['plugins/iam-common/src/a.ts', 'node:crypto'],
  ['plugins/iam-common/src/a.ts', 'knex'],
])('%s may not import %s', async (file, specifier) => {
  await expect(isBanned(file, specifier)).resolves.toBe(true);
});

it.each([
  ['plugins/iam-backend/src/a.ts', 'lodash/groupBy'],
  ['plugins/iam-backend/src/a.ts', 'node:fs'],
  ['plugins/iam-backend/src/a.ts', 'knex'],
  ['plugins/iam-backend/src/a.ts', 'luxon'],
  ['plugins/iam/src/a.tsx', '@backstage/ui'],
  ['plugins/iam/src/a.test.tsx', 'node:fs'],
  ['packages/app/src/a.tsx', 'react-router-dom'],
  ['packages/app/e2e-tests/a.test.ts', 'node:path'],
])('%s may import %s', async (file, specifier) => {
  await expect(isBanned(file, specifier)).resolves.toBe(false);
});
