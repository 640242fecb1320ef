/** The budget of the app's initial scripts: what is counted, and how. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import {
  biggestScripts,
  budgetFigures,
  budgetFindings,
  totalWeight,
} from './bundleBudget.ts';
import { initialScripts, weighInitialScripts } from './initialScripts.ts';

describe('initial scripts', () => {
  it('are those the page names, whatever the public path', () => {
    expect(
      initialScripts(
        `<!doctype html><head>
         <script defer="defer" src="/static/runtime.1.js"></script>
         <script src="/portal/static/vendor.2.js" defer></script>
         <link rel="modulepreload" href="/static/lazy.3.js">
         <link as="script" rel="preload" href="/static/lazy.4.js">
         <script defer src="static/runtime.1.js?v=1"></script>
         <link href="/static/main.css" rel="stylesheet">
         <link rel="icon" href="/favicon.svg"/>
         <script type="backstage.io/config">[{ "src": "/static/no.js" }]</script>
         </head>`,
      ),
    ).toEqual([
      'static/runtime.1.js',
      'static/vendor.2.js',
      'static/lazy.3.js',
      'static/lazy.4.js',
    ]);
  });

  it.each([
    'https://cdn.example.com/static/x.js',
    '//cdn/static/x.js',
    '/x.js',
  ])('cannot be loaded from %s', url => {
    expect(() => initialScripts(`<script src="${url}"></script>`)).toThrow(
      `loads ${url}, which is not under static/`,
    );
  });
});

describe('weighing', () => {
  let dist: string;

  beforeEach(async () => {
    dist = await mkdtemp(path.join(os.tmpdir(), 'bundle-'));
    await mkdir(path.join(dist, 'static'));
  });

  afterEach(() => rm(dist, { recursive: true }));

  it('takes each script raw and compressed as far as it goes', async () => {
    const code = 'export const answer = 42;\n'.repeat(1000);
    await writeFile(path.join(dist, 'static/main.js'), code);
    await writeFile(
      path.join(dist, 'index.html'),
      '<script src="/static/main.js"></script>',
    );

    const [script] = await weighInitialScripts(dist);

    expect(script).toMatchObject({ file: 'static/main.js', raw: code.length });
    expect(script?.gzip).toBeLessThan(200);
    expect(script?.brotli).toBeLessThan(script?.gzip ?? 0);
  });

  it('says so when the page names a script that was not built', async () => {
    await writeFile(
      path.join(dist, 'index.html'),
      '<script src="/static/gone.js"></script>',
    );

    await expect(weighInitialScripts(dist)).rejects.toThrow('gone.js');
  });

  it('does not pass a page without scripts', async () => {
    await writeFile(path.join(dist, 'index.html'), '<html></html>');

    await expect(weighInitialScripts(dist)).rejects.toThrow('names no script');
  });
});

describe('the budget', () => {
  const KIB = 1024;
  const scripts = [
    { file: 'a.js', raw: 100 * KIB, gzip: 30 * KIB, brotli: 20 * KIB },
    { file: 'b.js', raw: 200 * KIB, gzip: 60 * KIB, brotli: 50 * KIB },
  ];

  it('is kept when every sum is at or under it', () => {
    expect(budgetFindings(scripts, totalWeight(scripts))).toEqual([]);
  });

  it('is broken in each encoding by itself', () => {
    const budget = { raw: 300 * KIB, gzip: 89 * KIB, brotli: 69 * KIB };

    expect(budgetFindings(scripts, budget)).toEqual([
      "The initial scripts are 90 KiB gzip, over the budget of 89 KiB by 1 KiB. Load what the first page doesn't need lazily.",
      "The initial scripts are 70 KiB brotli, over the budget of 69 KiB by 1 KiB. Load what the first page doesn't need lazily.",
    ]);
  });

  it('is told in one line', () => {
    expect(
      budgetFigures(scripts, { raw: 400 * KIB, gzip: 90 * KIB, brotli: 1 }),
    ).toBe(
      '2 initial scripts: raw 300 of 400 KiB, gzip 90 of 90 KiB, brotli 70 of 1 KiB',
    );
  });

  it('names the biggest first', () => {
    expect(biggestScripts(scripts).split('\n')).toEqual([
      '   200 raw    60 gzip    50 brotli  b.js',
      '   100 raw    30 gzip    20 brotli  a.js',
    ]);
  });
});
