// The example of the README does what the README says.
import { execFile } from 'node:child_process';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import {
  createEmptyDatabase,
  type TestDatabase,
} from '../__testUtils__/testDatabase';

jest.setTimeout(60_000);

describe('the example', () => {
  let database: TestDatabase;

  beforeAll(async () => {
    database = await createEmptyDatabase();
  });

  afterAll(async () => {
    await database?.destroy();
  });

  it('runs', async () => {
    const { stdout } = await promisify(execFile)(
      process.execPath,
      [
        '--no-warnings',
        '--import',
        require.resolve('@backstage/cli/config/nodeTransform.cjs'),
        resolve(__dirname, '../../dev/doors.ts'),
        database.connectionString,
      ],
      { env: { ...process.env, NODE_OPTIONS: '' } },
    );
    expect(stdout.split('\n').filter(Boolean).sort()).toEqual([
      'before: 0 openings',
      'ding: true, attempt 1',
      'fresh up to position 2',
      'generation 2 is read',
      'now: 1 opening',
    ]);
  });
});
