import { dependencyFindings, lockfileFindings } from './dependencyFindings.ts';
import type { Manifest } from './readManifests.ts';

const RELEASE = {
  '@backstage/errors': '1.3.1',
  '@backstage/config': '1.3.9',
};

/** The findings in a repository of these workspaces, `plugins/a` and so on. */
function findings(workspaces: Record<string, Manifest>, root: Manifest = {}) {
  return dependencyFindings(
    [
      { folder: '.', manifest: { name: 'root', ...root } },
      ...Object.entries(workspaces).map(([name, manifest]) => ({
        folder: `plugins/${name}`,
        manifest: { name: `@acme/${name}`, ...manifest },
      })),
    ],
    RELEASE,
  );
}

it('accepts pins, workspaces, aliases, links and ranges of peers', () => {
  expect(
    findings(
      {
        a: {
          dependencies: {
            '@acme/b': 'workspace:^',
            '@backstage/errors': '1.3.1',
            zod: '4.1.12',
          },
          devDependencies: { old: 'npm:@acme/lib@1.0.0-beta.1' },
          peerDependencies: { react: '^18.0.0' },
        },
        b: { optionalDependencies: { zod: '4.1.12' } },
      },
      { resolutions: { 'better-sqlite3': 'link:./absent' } },
    ),
  ).toEqual([]);
});

it.each([
  ['^4.1.12'],
  ['~4.1.12'],
  ['4'],
  ['4.1'],
  ['*'],
  ['>=4.1.12'],
  ['latest'],
  ['npm:^4.1.12'],
  ['link:./absent'],
  ['4.1.12 || 5.0.0'],
])('asks for one exact version instead of %s', range => {
  expect(findings({ a: { devDependencies: { zod: range } } })).toEqual([
    `plugins/a/package.json (devDependencies) asks for zod as ${range}; write one exact version.`,
  ]);
});

it('asks for a workspace as such', () => {
  expect(
    findings({ a: { dependencies: { '@acme/b': '0.1.0' } }, b: {} }),
  ).toEqual([
    'plugins/a/package.json (dependencies) asks for @acme/b as 0.1.0; write workspace:^, it is in this repository.',
  ]);
});

it.each(['dependencies', 'devDependencies', 'peerDependencies'])(
  'wants the version of the Backstage release in %s',
  field => {
    expect(
      findings({ a: { [field]: { '@backstage/errors': '1.3.0' } } }),
    ).toEqual([
      `plugins/a/package.json (${field}) asks for @backstage/errors 1.3.0; backstage.versions.json has 1.3.1.`,
    ]);
  },
);

it('wants the version of the Backstage release in resolutions', () => {
  expect(
    findings({}, { resolutions: { '@backstage/config': '1.3.8' } }),
  ).toEqual([
    'package.json (resolutions) asks for @backstage/config 1.3.8; backstage.versions.json has 1.3.9.',
  ]);
});

it('names a Backstage package that the release does not list', () => {
  expect(
    findings({ a: { dependencies: { '@backstage/x': '1.0.0' } } }),
  ).toEqual([
    'plugins/a/package.json (dependencies) asks for @backstage/x, which is not in backstage.versions.json; add the version that belongs to the release.',
  ]);
});

it('names a package that two workspaces ask for in two versions', () => {
  expect(
    findings({
      a: { dependencies: { zod: '4.1.12' } },
      b: { devDependencies: { zod: '4.1.11' } },
    }),
  ).toEqual([
    'zod has several versions: 4.1.12 in plugins/a/package.json (dependencies), 4.1.11 in plugins/b/package.json (devDependencies). Choose one.',
  ]);
});

it('names a ring of workspaces', () => {
  expect(
    findings({
      a: { dependencies: { '@acme/b': 'workspace:^' } },
      b: { dependencies: { '@acme/c': 'workspace:^' } },
      c: { dependencies: { '@acme/b': 'workspace:^' } },
    }),
  ).toEqual([
    'Workspaces need one another in a ring: @acme/b → @acme/c → @acme/b.',
  ]);
});

it('lets a test need what needs its package', () => {
  expect(
    findings({
      a: { dependencies: { '@acme/b': 'workspace:^' } },
      b: { devDependencies: { '@acme/a': 'workspace:^' } },
    }),
  ).toEqual([]);
});

describe('yarn.lock', () => {
  const entry = (name: string, version: string) =>
    `"${name}@npm:^1.0.0":\n  version: ${version}\n  resolution: "${name}@npm:${version}"\n`;

  it('may hold what the release has, and what is not of Backstage', () => {
    expect(
      lockfileFindings(
        entry('@backstage/errors', '1.3.1') + entry('zod', '9.9.9'),
        RELEASE,
      ),
    ).toEqual([]);
  });

  it('names a package in another version than the release has', () => {
    expect(
      lockfileFindings(
        entry('@backstage/errors', '1.3.1') +
          entry('@backstage/errors', '1.3.2'),
        RELEASE,
      ),
    ).toEqual([
      'yarn.lock has @backstage/errors 1.3.2; backstage.versions.json has 1.3.1.',
    ]);
  });

  it('names a package that the release does not list', () => {
    expect(lockfileFindings(entry('@backstage/new', '0.1.0'), RELEASE)).toEqual(
      ['yarn.lock has @backstage/new 0.1.0; backstage.versions.json has none.'],
    );
  });
});
