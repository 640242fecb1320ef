import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseCommandLine } from '../commandLine/parseCommandLine.ts';
import { portalOptions } from './portalOptions.ts';
import { startSpec } from './startSpec.ts';

describe('portalOptions', () => {
  const before = { ...process.env };
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'portal-options-'));
    process.env.INIT_CWD = folder;
    delete process.env.CALLBOARD_DATABASE_URL;
  });

  afterEach(() => {
    rmSync(folder, { recursive: true });
    process.env = { ...before };
  });

  function read(...args: string[]) {
    return portalOptions(parseCommandLine(startSpec, args));
  }

  it('has a default for everything', () => {
    expect(read()).toEqual({
      host: '127.0.0.1',
      port: 7007,
      dataDir: expect.stringMatching(/[\\/]\.callboard$/),
      databaseUrl: undefined,
      configFiles: [],
    });
  });

  it('reads paths from where npm was called', () => {
    writeFileSync(join(folder, 'mine.yaml'), '');
    expect(read('--data', 'data', '--config', 'mine.yaml')).toMatchObject({
      dataDir: join(folder, 'data'),
      configFiles: [join(folder, 'mine.yaml')],
    });
  });

  it('takes the database from the option, or from the environment', () => {
    process.env.CALLBOARD_DATABASE_URL = 'postgresql://environment';
    expect(read().databaseUrl).toBe('postgresql://environment');
    expect(read('--database-url', 'postgresql://option').databaseUrl).toBe(
      'postgresql://option',
    );
  });

  it('refuses a file that is not there', () => {
    expect(() => read('--config', 'none.yaml')).toThrow(
      `There is no configuration file ${join(folder, 'none.yaml')}.`,
    );
  });
});
