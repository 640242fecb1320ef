import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { randomBytes } from 'node:crypto';
import { brotliDecompressSync } from 'node:zlib';
import { compressAssets } from './compressAssets.ts';

describe('compressAssets', () => {
  let folder: string;
  let assets: string;
  let cache: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'compress-assets-'));
    assets = join(folder, 'static');
    cache = join(folder, 'cache');
    mkdirSync(join(assets, 'deep'), { recursive: true });
  });

  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  function run(told: string[] = []) {
    return compressAssets(assets, cache, {
      tell: text => told.push(text),
      signal: new AbortController().signal,
    });
  }

  const script = 'export const answer = 42;\n'.repeat(200);

  it('puts a smaller brotli sibling beside what it pays for', async () => {
    writeFileSync(join(assets, 'deep/a.js'), script);
    writeFileSync(join(assets, 'a.js.map'), script);
    writeFileSync(join(assets, 'small.css'), 'a{}');
    writeFileSync(join(assets, 'photo.png'), script);
    writeFileSync(join(assets, 'noise.svg'), randomBytes(4096));
    const told: string[] = [];
    await run(told);
    expect(readdirSync(assets).sort()).toEqual([
      'a.js.map',
      'deep',
      'noise.svg',
      'photo.png',
      'small.css',
    ]);
    const compressed = readFileSync(join(assets, 'deep/a.js.br'));
    expect(brotliDecompressSync(compressed).toString()).toBe(script);
    expect(compressed.length).toBeLessThan(100);
    expect(told.at(-1)).toBe('3 of 3 files compressed');
  });

  it('takes from its cache what it has compressed before', async () => {
    writeFileSync(join(assets, 'a.js'), script);
    await run();
    const [kept] = readdirSync(cache);
    // Marked, to see where the next sibling comes from.
    writeFileSync(join(cache, kept!), 'from the cache');
    rmSync(join(assets, 'a.js.br'));
    await run();
    expect(readFileSync(join(assets, 'a.js.br'), 'utf8')).toBe(
      'from the cache',
    );
  });

  it('keeps in its cache only what the last build used', async () => {
    writeFileSync(join(assets, 'a.js'), script);
    await run();
    const before = readdirSync(cache);
    writeFileSync(join(assets, 'a.js'), `${script}// changed`);
    await run();
    expect(readdirSync(cache)).toHaveLength(1);
    expect(readdirSync(cache)).not.toEqual(before);
  });

  it('ends when it is to end', async () => {
    writeFileSync(join(assets, 'a.js'), script);
    await expect(
      compressAssets(assets, cache, {
        tell: () => {},
        signal: AbortSignal.abort('SIGINT'),
      }),
    ).rejects.toBe('SIGINT');
    expect(existsSync(join(assets, 'a.js.br'))).toBe(false);
  });
});
