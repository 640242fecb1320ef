import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { shortenReports } from './shortenReports.ts';
import { showChanges } from './showChanges.ts';

const STARS = '*'.repeat(85);
const INSTRUCTIONS = [
  '',
  STARS,
  '* You have uncommitted changes to the public API or reports of a package.           *',
  '* To solve this, run `yarn build:api-reports` and commit all md file changes.       *',
  STARS,
  '',
].join('\n');

const OUTPUT = [
  '# Generating package API reports',
  '## Processing plugins/house-common',
  '## Processing plugins/house-node',
  INSTRUCTIONS,
  '',
  'The conflicting file is ../../tmp/house-node/report-testing.api.md, with the following content:',
  '',
  '## API Report File',
  '',
  'export const door: Door;',
  '',
  INSTRUCTIONS,
  '# Generating package SQL reports',
  INSTRUCTIONS,
  '',
  'The conflicting file is plugins/house-node/report.sql.md, expecting the following content:',
  '',
  '## SQL Report file',
  INSTRUCTIONS,
  'Error: something else',
].join('\n');

it('puts changes in the place of reports', async () => {
  const asked: [string, string][] = [];
  const output = await shortenReports(OUTPUT, async (file, wanted) => {
    asked.push([file, wanted.trim()]);
    return '  +changed';
  });
  expect(asked).toEqual([
    [
      'plugins/house-node/report-testing.api.md',
      '## API Report File\n\nexport const door: Door;',
    ],
    ['plugins/house-node/report.sql.md', '## SQL Report file'],
  ]);
  expect(output.split(/\n+/)).toEqual([
    '# Generating package API reports',
    '## Processing plugins/house-common',
    '## Processing plugins/house-node',
    'plugins/house-node/report-testing.api.md is out of date:',
    '  +changed',
    '# Generating package SQL reports',
    'plugins/house-node/report.sql.md is out of date:',
    '  +changed',
    'Error: something else',
  ]);
});

it('leaves other output as it is', async () => {
  const output = '## Processing a\nError: no tsconfig\n';
  expect(await shortenReports(output, async () => 'never')).toBe(output);
});

describe('showChanges', () => {
  let root: string;

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'show-changes-'));
  });

  afterEach(() => rmSync(root, { recursive: true }));

  it('shows the lines that differ, and no others', async () => {
    writeFileSync(join(root, 'report.api.md'), 'one\ntwo\nthree\n');
    expect(await showChanges(root, 'report.api.md', 'one\n2\nthree\n')).toBe(
      '  @@ -2 +2 @@ one\n  -two\n  +2',
    );
  });

  it('shows no more than fit on a screen', async () => {
    writeFileSync(join(root, 'report.api.md'), '');
    const lines = Array.from({ length: 1_000 }, (_, index) => `line ${index}`);
    const shown = await showChanges(root, 'report.api.md', lines.join('\n'));
    expect(shown.split('\n')).toHaveLength(41);
    expect(shown.split('\n').at(-1)).toBe('  … and 961 more lines');
  });
});
