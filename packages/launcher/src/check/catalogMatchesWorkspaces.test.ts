import { mkdir, mkdtemp, rm, unlink, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { stringify } from 'yaml';
import { checkCatalogMatchesWorkspaces } from './catalogMatchesWorkspaces.ts';

/** A repository of two workspaces, of which `web` needs `engine`. */
const TREE = {
  'package.json': JSON.stringify({ workspaces: ['packages/*', 'plugins/*'] }),
  'packages/web/package.json': JSON.stringify({
    name: '@acme/web',
    dependencies: { '@acme/engine': 'workspace:^', react: '18.3.1' },
    devDependencies: { '@acme/test-kit': 'workspace:^' },
  }),
  'plugins/engine/package.json': JSON.stringify({ name: '@acme/engine' }),
  'catalog/all.yaml': location('./*/*.yaml'),
  'catalog/org/crew.yaml': entity('Group', 'crew', {
    type: 'team',
    children: [],
  }),
  'catalog/systems/shop.yaml': entity('System', 'shop', { owner: 'crew' }),
  'catalog/components/web.yaml': component('web', 'packages/web', {
    dependsOn: ['component:engine', 'resource:database'],
  }),
  'catalog/components/engine.yaml': component('engine', 'plugins/engine', {}),
  'catalog/resources/database.yaml': entity('Resource', 'database', {
    type: 'database',
    owner: 'group:acme/crew',
  }),
};

let root: string;

beforeEach(async () => {
  root = await mkdtemp(path.join(os.tmpdir(), 'catalog-check-'));
  for (const [file, content] of Object.entries(TREE)) {
    await write(file, content);
  }
});

afterEach(() => rm(root, { recursive: true }));

it('finds nothing where catalog and workspaces agree', async () => {
  await expect(check()).resolves.toEqual([]);
});

it('finds nothing in this repository', async () => {
  const here = path.resolve(__dirname, '../../../..');

  await expect(checkCatalogMatchesWorkspaces(here)).resolves.toEqual([]);
});

it('names a workspace without an entity', async () => {
  await write(
    'plugins/new/package.json',
    JSON.stringify({ name: '@acme/new' }),
  );

  await expect(check()).resolves.toEqual([
    'plugins/new has no Component entity; describe it in catalog/components/ with the annotation callboard.io/workspace: plugins/new.',
  ]);
});

it('does not take a folder without a package.json for a workspace', async () => {
  await write('plugins/notes/README.md', 'Not a package.');

  await expect(check()).resolves.toEqual([]);
});

it('names an entity whose workspace is gone', async () => {
  await write(
    'catalog/components/old.yaml',
    component('old', 'plugins/old', {}),
  );

  await expect(check()).resolves.toEqual([
    'catalog/components/old.yaml: component:acme/old describes plugins/old, but there is no such workspace; remove it or correct its annotation.',
  ]);
});

it('names a component that describes no workspace', async () => {
  await write(
    'catalog/components/stray.yaml',
    entity('Component', 'stray', {
      owner: 'crew',
      lifecycle: 'experimental',
      system: 'shop',
    }),
  );

  await expect(check()).resolves.toEqual([
    'catalog/components/stray.yaml: component:acme/stray does not say which workspace it describes; add the annotation callboard.io/workspace.',
  ]);
});

it('names two components of one workspace', async () => {
  await write(
    'catalog/components/web2.yaml',
    component('web2', 'packages/web', {}),
  );

  await expect(check()).resolves.toEqual([
    'catalog/components/web2.yaml: component:acme/web2 describes packages/web, which component:acme/web describes already.',
  ]);
});

it.each(['owner', 'lifecycle', 'system'])(
  'names a component without %s',
  async field => {
    await write(
      'catalog/components/engine.yaml',
      component('engine', 'plugins/engine', { [field]: undefined }),
    );

    await expect(check()).resolves.toEqual([
      `catalog/components/engine.yaml: component:acme/engine has no spec.${field}.`,
    ]);
  },
);

it('names a dependency of the package.json that the entity does not', async () => {
  await write(
    'catalog/components/web.yaml',
    component('web', 'packages/web', { dependsOn: ['resource:database'] }),
  );

  await expect(check()).resolves.toEqual([
    'catalog/components/web.yaml: component:acme/web needs @acme/engine (package.json), but its dependsOn does not name component:acme/engine.',
  ]);
});

it.each(['optionalDependencies', 'peerDependencies'])(
  'counts %s among the dependencies',
  async field => {
    await write(
      'plugins/engine/package.json',
      JSON.stringify({
        name: '@acme/engine',
        [field]: { '@acme/web': 'workspace:^' },
      }),
    );

    await expect(check()).resolves.toEqual([
      'catalog/components/engine.yaml: component:acme/engine needs @acme/web (package.json), but its dependsOn does not name component:acme/web.',
    ]);
  },
);

it('names a dependency of the entity that the package.json does not', async () => {
  await write(
    'catalog/components/engine.yaml',
    component('engine', 'plugins/engine', { dependsOn: ['component:web'] }),
  );

  await expect(check()).resolves.toEqual([
    'catalog/components/engine.yaml: component:acme/engine says that it depends on component:acme/web, but its package.json names no such workspace.',
  ]);
});

it('names a reference to an entity that is not there', async () => {
  await write(
    'catalog/systems/shop.yaml',
    entity('System', 'shop', { owner: 'nobody', domain: 'retail' }),
  );

  await expect(check()).resolves.toEqual([
    'catalog/systems/shop.yaml: spec.owner names group:acme/nobody, which is not in the catalog.',
    'catalog/systems/shop.yaml: spec.domain names domain:acme/retail, which is not in the catalog.',
  ]);
});

it('names a system that is tagged planned though it has components', async () => {
  await write(
    'catalog/systems/shop.yaml',
    entity('System', 'shop', { owner: 'crew' }, { tags: ['planned'] }),
  );

  await expect(check()).resolves.toEqual([
    'catalog/systems/shop.yaml: system:acme/shop is tagged "planned", but components of it exist.',
  ]);
});

it('names a system without components that is not tagged planned', async () => {
  await write(
    'catalog/systems/bank.yaml',
    entity('System', 'bank', { owner: 'crew' }),
  );

  await expect(check()).resolves.toEqual([
    'catalog/systems/bank.yaml: system:acme/bank has no component; tag it "planned" until it has.',
  ]);
});

it('names a file of the location that is not there', async () => {
  await write('catalog/all.yaml', location('./*/*.yaml', './apis/*.yaml'));

  await expect(check()).resolves.toEqual([
    'catalog/all.yaml names ./apis/*.yaml, but there is no such file.',
  ]);
});

it('names a catalog that is not there', async () => {
  await unlink(path.join(root, 'catalog/all.yaml'));

  const [first] = await check();

  expect(first).toMatch(/^catalog\/all\.yaml can't be read: .*ENOENT/);
});

it('names a file that is no YAML, and one that is no entity', async () => {
  await write('catalog/systems/broken.yaml', 'kind: [System');
  await write('catalog/systems/empty.yaml', 'just words');

  await expect(check()).resolves.toEqual([
    expect.stringMatching(/^catalog\/systems\/broken\.yaml is no YAML: /),
    'catalog/systems/empty.yaml has a document that is no entity.',
  ]);
});

it('fails on a package.json that it cannot read', async () => {
  await write('plugins/engine/package.json', '{ "name": ');

  await expect(check()).rejects.toThrow(
    /^plugins\/engine\/package\.json is no JSON: /,
  );
});

function check(): Promise<string[]> {
  return checkCatalogMatchesWorkspaces(root);
}

async function write(file: string, content: string): Promise<void> {
  const target = path.join(root, file);
  await mkdir(path.dirname(target), { recursive: true });
  await writeFile(target, content);
}

function location(...targets: string[]): string {
  return entity('Location', 'all', { targets });
}

function component(
  name: string,
  workspace: string,
  spec: Record<string, unknown>,
): string {
  return entity(
    'Component',
    name,
    { owner: 'crew', lifecycle: 'experimental', system: 'shop', ...spec },
    { annotations: { 'callboard.io/workspace': workspace } },
  );
}

function entity(
  kind: string,
  name: string,
  spec: Record<string, unknown>,
  metadata: Record<string, unknown> = {},
): string {
  return stringify({
    apiVersion: 'backstage.io/v1alpha1',
    kind,
    metadata: { name, namespace: 'acme', ...metadata },
    spec,
  });
}
