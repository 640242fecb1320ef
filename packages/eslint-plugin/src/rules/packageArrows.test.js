// @ts-check
const { createTree } = require('../__testUtils__/createTree');

const tree = createTree({
  workspaces: {
    'packages/app': { name: '@callboard/app', role: 'frontend' },
    'packages/backend': { name: '@callboard/backend', role: 'backend' },
    'packages/bench': { name: '@callboard/bench', role: 'node-library' },
    'packages/launcher': { name: '@callboard/launcher', role: 'node-library' },
    'packages/api-node': { name: '@callboard/api-node', role: 'node-library' },
    'packages/embedded-postgres': {
      name: '@callboard/embedded-postgres',
      role: 'node-library',
    },
    ...Object.assign(
      {},
      ...['eventstore', 'iam', 'github'].map(pluginId => ({
        [`plugins/${pluginId}`]: {
          name: `@callboard/plugin-${pluginId}`,
          role: 'frontend-plugin',
          pluginId,
        },
        [`plugins/${pluginId}-react`]: {
          name: `@callboard/plugin-${pluginId}-react`,
          role: 'web-library',
          pluginId,
        },
        [`plugins/${pluginId}-common`]: {
          name: `@callboard/plugin-${pluginId}-common`,
          role: 'common-library',
          pluginId,
        },
        [`plugins/${pluginId}-node`]: {
          name: `@callboard/plugin-${pluginId}-node`,
          role: 'node-library',
          pluginId,
        },
        [`plugins/${pluginId}-backend`]: {
          name: `@callboard/plugin-${pluginId}-backend`,
          role: 'backend-plugin',
          pluginId,
        },
      })),
    ),
    'plugins/iam-backend-module-ldap': {
      name: '@callboard/plugin-iam-backend-module-ldap',
      role: 'backend-plugin-module',
      pluginId: 'iam',
    },
    'plugins/catalog-backend-module-iam': {
      name: '@callboard/plugin-catalog-backend-module-iam',
      role: 'backend-plugin-module',
      pluginId: 'catalog',
    },
  },
  installed: [
    { name: '@backstage/ui', role: 'web-library' },
    { name: '@backstage/cli', role: 'cli' },
    { name: '@backstage/errors', role: 'common-library' },
    { name: '@backstage/backend-plugin-api', role: 'node-library' },
    { name: '@backstage/plugin-catalog', role: 'frontend-plugin' },
    { name: '@backstage/plugin-catalog-react', role: 'web-library' },
    { name: '@backstage/plugin-catalog-backend', role: 'backend-plugin' },
    { name: '@backstage/plugin-catalog-node', role: 'node-library' },
  ],
});

afterAll(() => tree.remove());

/**
 * @param {string} file
 * @param {string} code
 */
async function brokenArrows(file, code) {
  const messages = await tree.lint(file, code);
  return messages
    .filter(({ ruleId }) => ruleId === '@callboard/package-arrows')
    .map(({ messageId }) => messageId);
}

/** @param {string} name */
const use = name => `import { x } from '${name}';\nx();\n`;

describe('forbidden arrows between packages', () => {
  it.each([
    // nothing imports the packages in which arrows start
    ['packages/backend', '@callboard/launcher', 'start'],
    ['packages/launcher', '@callboard/app', 'start'],
    ['plugins/iam-backend', '@callboard/backend', 'start'],
    ['plugins/iam', '@callboard/app', 'start'],
    ['plugins/eventstore-node', '@callboard/bench', 'start'],
    // the launcher runs before anything is built
    ['packages/launcher', '@callboard/plugin-eventstore-node', 'launcherAlone'],
    [
      'packages/launcher',
      '@callboard/plugin-eventstore-common',
      'launcherAlone',
    ],
    // the database of a trial is not the product's business
    ['packages/backend', '@callboard/embedded-postgres', 'embeddedPostgres'],
    ['plugins/iam-node', '@callboard/embedded-postgres', 'embeddedPostgres'],
    // browser and server
    ['packages/app', '@callboard/plugin-iam-backend', 'browserToServer'],
    ['packages/app', '@backstage/backend-plugin-api', 'browserToServer'],
    ['plugins/iam', '@callboard/plugin-iam-node', 'browserToServer'],
    ['plugins/iam', '@callboard/plugin-iam-backend', 'browserToServer'],
    ['plugins/iam', '@backstage/plugin-catalog-node', 'browserToServer'],
    ['plugins/iam-react', '@callboard/plugin-iam-node', 'browserToServer'],
    ['packages/backend', '@callboard/plugin-iam', 'serverToBrowser'],
    ['plugins/iam-backend', '@callboard/plugin-iam', 'serverToBrowser'],
    ['plugins/iam-node', '@callboard/plugin-iam-react', 'serverToBrowser'],
    ['plugins/iam-backend', '@backstage/ui', 'serverToBrowser'],
    ['plugins/iam-common', '@callboard/plugin-iam-node', 'commonOutward'],
    ['plugins/iam-common', '@callboard/plugin-iam-react', 'commonOutward'],
    ['plugins/iam-common', '@backstage/backend-plugin-api', 'commonOutward'],
    // backends never import one another, nor the backend they extend
    [
      'plugins/iam-backend',
      '@callboard/plugin-github-backend',
      'backendToBackend',
    ],
    [
      'plugins/iam-node',
      '@callboard/plugin-github-backend',
      'backendToBackend',
    ],
    ['plugins/iam-node', '@callboard/plugin-iam-backend', 'backendToBackend'],
    [
      'plugins/iam-backend',
      '@callboard/plugin-iam-backend-module-ldap',
      'backendToBackend',
    ],
    [
      'plugins/iam-backend-module-ldap',
      '@callboard/plugin-iam-backend',
      'backendToBackend',
    ],
    [
      'plugins/catalog-backend-module-iam',
      '@callboard/plugin-iam-backend',
      'backendToBackend',
    ],
    [
      'plugins/catalog-backend-module-iam',
      '@backstage/plugin-catalog-backend',
      'backendToBackend',
    ],
    [
      'plugins/eventstore-backend',
      '@callboard/plugin-iam-backend',
      'backendToBackend',
    ],
    ['packages/api-node', '@callboard/plugin-iam-backend', 'backendToBackend'],
    // frontends of different contexts don't import one another
    ['plugins/iam', '@callboard/plugin-github', 'frontendToFrontend'],
    ['plugins/iam', '@callboard/plugin-eventstore', 'frontendToFrontend'],
    ['plugins/iam', '@backstage/plugin-catalog', 'frontendToFrontend'],
    ['plugins/iam-react', '@callboard/plugin-iam', 'frontendToFrontend'],
    // the event store knows no other context
    [
      'plugins/eventstore-common',
      '@callboard/plugin-iam-common',
      'engineToContext',
    ],
    [
      'plugins/eventstore-node',
      '@callboard/plugin-iam-common',
      'engineToContext',
    ],
    [
      'plugins/eventstore-backend',
      '@callboard/plugin-iam-node',
      'engineToContext',
    ],
    ['plugins/eventstore', '@callboard/plugin-iam-common', 'engineToContext'],
    // nor does a package that belongs to none
    [
      'packages/api-node',
      '@callboard/plugin-iam-common',
      'foundationToContext',
    ],
    ['packages/api-node', '@callboard/plugin-iam-node', 'foundationToContext'],
    // another context's node library offers service refs only
    ['plugins/github-backend', '@callboard/plugin-iam-node', 'foreignNode'],
    [
      'plugins/catalog-backend-module-iam',
      '@callboard/plugin-iam-node',
      'foreignNode',
    ],
  ])('%s → %s is %s', async (folder, target, expected) => {
    await expect(
      brokenArrows(`${folder}/src/file.ts`, use(target)),
    ).resolves.toEqual([expected]);
  });
});

describe('allowed arrows between packages', () => {
  it.each([
    ['packages/app', '@callboard/plugin-iam'],
    ['packages/app', '@callboard/plugin-iam-react'],
    ['packages/app', '@callboard/plugin-iam-common'],
    ['packages/app', '@backstage/plugin-catalog'],
    ['packages/app', '@backstage/cli/asset-types'],
    ['packages/backend', '@callboard/plugin-iam-backend'],
    ['packages/backend', '@callboard/plugin-catalog-backend-module-iam'],
    ['packages/backend', '@callboard/plugin-iam-node'],
    ['packages/backend', '@backstage/plugin-catalog-backend'],
    ['packages/bench', '@callboard/plugin-eventstore-node'],
    ['packages/bench', '@callboard/embedded-postgres'],
    ['packages/launcher', '@callboard/embedded-postgres'],
    ['packages/api-node', '@callboard/plugin-eventstore-node'],
    ['packages/api-node', '@backstage/backend-plugin-api'],
    ['plugins/iam', '@callboard/plugin-iam-react'],
    ['plugins/iam', '@callboard/plugin-github-react'],
    ['plugins/iam', '@callboard/plugin-github-common'],
    ['plugins/iam', '@backstage/ui'],
    ['plugins/iam', '@backstage/plugin-catalog-react'],
    ['plugins/eventstore', '@backstage/plugin-catalog-react'],
    ['plugins/iam-backend', '@callboard/plugin-iam-node'],
    ['plugins/iam-backend', '@callboard/plugin-eventstore-node'],
    ['plugins/iam-backend', '@callboard/plugin-github-common'],
    ['plugins/iam-backend', '@callboard/api-node'],
    ['plugins/iam-backend', '@backstage/plugin-catalog-node'],
    ['plugins/iam-backend-module-ldap', '@callboard/plugin-iam-node'],
    ['plugins/catalog-backend-module-iam', '@callboard/plugin-iam-common'],
    ['plugins/eventstore-backend', '@callboard/api-node'],
    ['plugins/eventstore-node', '@callboard/plugin-eventstore-common'],
    ['plugins/iam-common', '@callboard/plugin-eventstore-common'],
    ['plugins/iam-common', '@backstage/errors'],
    ['plugins/iam-common', 'zod'],
  ])('%s → %s', async (folder, target) => {
    await expect(
      brokenArrows(`${folder}/src/file.ts`, use(target)),
    ).resolves.toEqual([]);
  });
});

describe("another context's node library", () => {
  const file = 'plugins/github-backend/src/plugin.ts';

  it.each([
    "import { iamServiceRef } from '@callboard/plugin-iam-node';",
    "import { iamDirectoryExtensionPoint } from '@callboard/plugin-iam-node';",
    "import type { IamService } from '@callboard/plugin-iam-node';",
    "import { iamServiceRef, type IamService } from '@callboard/plugin-iam-node';",
    "export type { IamService } from '@callboard/plugin-iam-node';",
    "let service: import('@callboard/plugin-iam-node').IamService;",
  ])('offers %s', async code => {
    await expect(brokenArrows(file, code)).resolves.toEqual([]);
  });

  it.each([
    "import { iamServiceRef, hashPassword } from '@callboard/plugin-iam-node';",
    "import * as iam from '@callboard/plugin-iam-node';",
    "import '@callboard/plugin-iam-node';",
    "export { hashPassword } from '@callboard/plugin-iam-node';",
    "export * from '@callboard/plugin-iam-node';",
    "const iam = await import('@callboard/plugin-iam-node');",
    "const iam = require('@callboard/plugin-iam-node');",
  ])('does not offer %s', async code => {
    await expect(brokenArrows(file, code)).resolves.toEqual(['foreignNode']);
  });

  it('names the symbol and what is allowed', async () => {
    const [message] = await tree.lint(
      file,
      "import { hashPassword } from '@callboard/plugin-iam-node';",
    );
    expect(message?.message).toBe(
      "hashPassword of @callboard/plugin-iam-node is not offered to other contexts. @callboard/plugin-github-backend may take from another context's -node only service refs (…ServiceRef), extension points (…ExtensionPoint) and types (import type).",
    );
  });
});

describe('the way of importing makes no difference', () => {
  it.each([
    "import type { X } from '@callboard/plugin-github-backend';",
    "export { x } from '@callboard/plugin-github-backend';",
    "export * from '@callboard/plugin-github-backend';",
    "void import('@callboard/plugin-github-backend');",
    "require('@callboard/plugin-github-backend');",
    "let x: import('@callboard/plugin-github-backend').X;",
    "import { x } from '@callboard/plugin-github-backend/alpha';",
  ])('%s', async code => {
    await expect(
      brokenArrows('plugins/iam-backend/src/api/users.ts', code),
    ).resolves.toEqual(['backendToBackend']);
  });
});

describe('tests', () => {
  it.each([
    ['plugins/iam-backend/src/plugin.test.ts', '@callboard/embedded-postgres'],
    [
      'plugins/iam-node/src/testUtils/database.ts',
      '@callboard/embedded-postgres',
    ],
    [
      'plugins/iam-backend/src/plugin.test.ts',
      '@backstage/plugin-catalog-backend',
    ],
    ['packages/app/e2e-tests/signIn.test.ts', '@backstage/backend-plugin-api'],
  ])('%s may use %s', async (file, target) => {
    await expect(brokenArrows(file, use(target))).resolves.toEqual([]);
  });

  it.each([
    [
      'plugins/iam-backend/src/plugin.test.ts',
      '@callboard/plugin-github-backend',
      'backendToBackend',
    ],
    [
      'plugins/iam/src/UsersPage.test.tsx',
      '@callboard/plugin-iam-backend',
      'browserToServer',
    ],
    [
      'plugins/eventstore-node/src/append.test.ts',
      '@callboard/plugin-iam-common',
      'engineToContext',
    ],
    ['packages/app/src/App.test.tsx', '@callboard/launcher', 'start'],
  ])('%s may not use %s', async (file, target, expected) => {
    await expect(brokenArrows(file, use(target))).resolves.toEqual([expected]);
  });
});
