import { manifestFindings } from './manifestFindings.ts';
import type { Manifest } from './readManifests.ts';

function findings(folder: string, manifest: Manifest) {
  return manifestFindings([
    {
      folder,
      manifest: {
        version: '0.1.0',
        description: 'Something',
        license: 'Apache-2.0',
        ...manifest,
      },
    },
  ]);
}

it.each([
  ['plugins/iam', 'frontend-plugin', 'iam'],
  ['plugins/iam-common', 'common-library', 'iam'],
  ['plugins/iam-node', 'node-library', 'iam'],
  ['plugins/iam-react', 'web-library', 'iam'],
  ['plugins/iam-backend', 'backend-plugin', 'iam'],
  ['plugins/iam-backend-module-ldap', 'backend-plugin-module', 'iam'],
  ['plugins/catalog-backend-module-iam', 'backend-plugin-module', 'catalog'],
  ['plugins/app-module-theme', 'frontend-plugin-module', 'app'],
])('%s is a %s of %s', (folder, role, pluginId) => {
  const name = folder.replace('plugins/', '@callboard/plugin-');

  expect(findings(folder, { name, backstage: { role, pluginId } })).toEqual([]);
  expect(
    findings(folder, { name, backstage: { role: 'cli', pluginId } }),
  ).toEqual([
    `${folder}/package.json has the role cli (backstage.role); a folder of this name holds a ${role}.`,
  ]);
  expect(
    findings(folder, { name, backstage: { role, pluginId: 'other' } }),
  ).toEqual([
    `${folder}/package.json has the plugin id other (backstage.pluginId); its folder says ${pluginId}.`,
  ]);
});

it('lets a package outside the contexts choose its role', () => {
  expect(
    findings('packages/app', {
      name: '@callboard/app',
      backstage: { role: 'frontend' },
    }),
  ).toEqual([]);
});

it('wants a role and no plugin id of such a package', () => {
  expect(
    findings('packages/app', {
      name: '@callboard/app',
      backstage: { pluginId: 'iam' },
    }),
  ).toEqual([
    'packages/app/package.json has the role undefined (backstage.role).',
    'packages/app/package.json has the plugin id iam (backstage.pluginId); its folder says undefined.',
  ]);
});

it('wants the name that the folder says', () => {
  expect(
    findings('packages/app', {
      name: '@callboard/web',
      backstage: { role: 'frontend' },
    }),
  ).toEqual([
    'packages/app/package.json is named @callboard/web; in this folder it is @callboard/app.',
  ]);
});

it('wants description, license and version everywhere', () => {
  expect(
    findings('.', {
      name: 'callboard',
      description: '',
      license: 'MIT',
      version: undefined,
    }),
  ).toEqual([
    'package.json has no description; one sentence is enough.',
    'package.json has no license Apache-2.0.',
    'package.json has no version.',
  ]);
});
