/** What counts as used; `npm run check -- --only unused` reports the rest. */
import { existsSync, globSync } from 'node:fs';
import type { KnipConfig } from 'knip';

/** Workspaces that hold migrations, which knex finds by their folder. */
const withMigrations = globSync('plugins/*/migrations').map(folder =>
  folder.replace(/\/migrations$/, ''),
);

const config: KnipConfig = {
  // A type that a file exports for its own declarations is no loose end.
  ignoreExportsUsedInFile: { interface: true, type: true },
  // Every .eslintrc.js calls Backstage's factory, which brings the plugins and
  // shared configurations it names: entry, so that nothing is unused; not read
  // as configuration, so that none of them must be listed.
  eslint: { config: [], entry: ['.eslintrc.js'] },
  ignoreIssues: {
    // Written by a generator, whole files at a time.
    '**/gen/**': ['exports', 'types', 'enumMembers'],
  },
  workspaces: {
    '.': {
      ignoreFiles: [
        // Stands in for a package that is not installed (see resolutions).
        '.yarn/absent/**',
      ],
      ignoreDependencies: [
        // The Backstage CLI looks up its commands in the root package.json.
        '@backstage/cli-defaults',
        // Run by packages/launcher/src/check/steps, by name.
        '@backstage/repo-tools',
        'eslint',
        'prettier',
        // Named by the configurations that .eslintrc.js extends.
        '@backstage/eslint-plugin',
        '@callboard/eslint-plugin',
        '@eslint-community/eslint-plugin-eslint-comments',
        'eslint-plugin-import',
        // Peers that @backstage/repo-tools asks for.
        '@microsoft/api-extractor-model',
        '@microsoft/tsdoc',
        '@microsoft/tsdoc-config',
      ],
    },
    'packages/app': {
      // Its configuration can't be read without a running portal to name.
      playwright: {
        config: [],
        entry: ['playwright.config.ts', 'e2e-tests/**/*.test.ts'],
      },
      // The browser's, and what Backstage's jest configuration looks for.
      entry: ['src/index.tsx', 'src/setupTests.ts'],
    },
    // Found by its folder: definitions that only tests use, and all of what is
    // generated from them.
    'packages/api-client': { entry: ['src/__fixtures__/*/gen/**/*.ts'] },
    'packages/api-node': {
      entry: ['src/codegen/main.ts', 'src/__fixtures__/*/gen/**/*.ts'],
      ignoreDependencies: [
        // Looked up by src/codegen, by name.
        '@bufbuild/buf',
        '@bufbuild/protoc-gen-es',
        'google-proto-files',
      ],
    },
    'packages/backend': {
      ignoreDependencies: [
        // Served by app-backend, which finds it by the name in app-config.yaml.
        '@callboard/app',
        // Loaded by knex, for backend.database.client: pg.
        'pg',
      ],
    },
    'plugins/iam': {
      // What Backstage's jest configuration looks for.
      entry: ['src/setupTests.ts'],
    },
    'packages/bench': {
      // Programs that benches start as processes of their own.
      entry: [
        'src/*/processes/{apiServer,callboard,emmett,iamNode,postgres}.ts',
      ],
    },
    'packages/embedded-postgres': {
      // Programs that tests start as processes of their own.
      entry: ['src/__testUtils__/{contendForLock,holdServer,startAndStop}.ts'],
      // Of the system: mounts a full disk for a test.
      ignoreBinaries: ['mount', 'umount'],
    },
    'packages/launcher': {
      entry: [
        // Started by the scripts of the root package.json.
        'bootstrap.mjs',
        // Started by bootstrap.mjs.
        'src/main.ts',
        // Programs that tests start as processes of their own.
        'src/__testUtils__/{fakeBackend,holdPortal,holdSetUp,holdTool,lingeringTool}.ts',
        // Loaded into the programs it starts, with node --require.
        'src/**/endWith*.cjs',
      ],
    },
    ...Object.fromEntries(
      withMigrations.map(folder => [
        folder,
        {
          entry: [
            'migrations/**/*.js',
            // Examples that a README tells to run.
            ...(existsSync(`${folder}/dev`) ? ['dev/*.ts'] : []),
          ],
          // Started by a test as a program of its own, as text.
          ignoreDependencies:
            folder === 'plugins/iam-backend' ? ['@20minutes/s3rver'] : [],
        },
      ]),
    ),
  },
};

export default config;
