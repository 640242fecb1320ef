import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { dependencyClosure, isBuildInput } from './appInputs.ts';
import { filesBelow, fingerprint } from './fingerprint.ts';
import { Marker } from './Marker.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'fingerprint-'));
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

function write(name: string, content: string) {
  writeFileSync(join(folder, name), content);
}

describe('fingerprint', () => {
  it('depends on names, contents and facts, not on their order', async () => {
    write('a', 'x');
    write('b', 'y');
    const first = await fingerprint(folder, ['a', 'b'], ['linux']);
    expect(await fingerprint(folder, ['b', 'a', 'b'], ['linux'])).toBe(first);
    expect(await fingerprint(folder, ['a'], ['linux'])).not.toBe(first);
    expect(await fingerprint(folder, ['a', 'b'], ['darwin'])).not.toBe(first);
    write('b', 'z');
    expect(await fingerprint(folder, ['a', 'b'], ['linux'])).not.toBe(first);
  });

  it('tells what moved from one file to the next, and absence from emptiness', async () => {
    write('a', 'xy');
    write('b', '');
    const first = await fingerprint(folder, ['a', 'b', 'c']);
    write('a', 'x');
    write('b', 'y');
    expect(await fingerprint(folder, ['a', 'b', 'c'])).not.toBe(first);
    write('a', 'xy');
    write('b', '');
    expect(await fingerprint(folder, ['a', 'b', 'c'])).toBe(first);
    write('c', '');
    expect(await fingerprint(folder, ['a', 'b', 'c'])).not.toBe(first);
  });

  it('goes through folders, but not where nothing is wanted', async () => {
    mkdirSync(join(folder, 'src/deep'), { recursive: true });
    mkdirSync(join(folder, 'node_modules'));
    write('src/deep/a.ts', '');
    write('src/a.test.ts', '');
    write('node_modules/b.ts', '');
    expect(await filesBelow(folder, '.', isBuildInput)).toEqual([
      'src/deep/a.ts',
    ]);
  });
});

describe('Marker', () => {
  it('matches only what it was written for', async () => {
    const marker = new Marker(join(folder, 'marker'));
    expect(await marker.matches('one')).toBe(false);
    await marker.write('one');
    expect(await marker.matches('one')).toBe(true);
    expect(await marker.matches('two')).toBe(false);
    await marker.remove();
    expect(await marker.matches('one')).toBe(false);
    await marker.remove();
  });
});

describe('the inputs of the app', () => {
  it.each([
    ['packages/app/src/index.tsx', true],
    ['packages/app/public/favicon.svg', true],
    ['packages/app/config.d.ts', true],
    ['packages/app/src/device/list.ts', true],
    ['packages/app/src/App.test.tsx', false],
    ['packages/app/e2e-tests', false],
    ['packages/app/playwright.config.ts', false],
    ['plugins/iam/dist', false],
    ['plugins/iam/src/__testUtils__', false],
    ['plugins/iam/README.md', false],
  ])('%s: %p', (path, counts) => {
    expect(isBuildInput(path)).toBe(counts);
  });

  it('are those of every workspace that the app depends on', () => {
    expect(
      dependencyClosure('app', [
        { name: 'app', folder: 'packages/app', dependencies: ['ui', 'react'] },
        { name: 'ui', folder: 'packages/ui', dependencies: ['core', 'app'] },
        { name: 'core', folder: 'plugins/core', dependencies: [] },
        { name: 'backend', folder: 'packages/backend', dependencies: ['app'] },
      ]),
    ).toEqual(['packages/app', 'packages/ui', 'plugins/core']);
  });
});
