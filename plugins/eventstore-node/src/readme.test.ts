// The example in the README runs as it stands.
import { execFile } from 'node:child_process';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import {
  createEmptyDatabase,
  type TestDatabase,
} from './__testUtils__/testDatabase';

jest.setTimeout(60_000);

const root = join(__dirname, '..');

describe('the example in the README', () => {
  let database: TestDatabase;

  beforeAll(async () => {
    database = await createEmptyDatabase();
  });

  afterAll(async () => {
    await database?.destroy();
  });

  it('runs', async () => {
    const readme = await readFile(join(root, 'README.md'), 'utf8');
    const example = /This runs as it stands.*?```ts\n(.*?)```/s.exec(
      readme,
    )![1]!;
    // Within the package, so that its imports are found.
    const folder = join(root, 'dist', `readme-${process.pid}`);
    await mkdir(folder, { recursive: true });
    try {
      const file = join(folder, 'example.ts');
      await writeFile(file, example);
      const { stdout } = await promisify(execFile)(
        process.execPath,
        [
          '--no-warnings',
          '--import',
          require.resolve('@backstage/cli/config/nodeTransform.cjs'),
          file,
        ],
        {
          env: {
            ...process.env,
            NODE_OPTIONS: '',
            DATABASE_URL: database.connectionString,
          },
        },
      );
      expect(stdout.trim().split('\n')).toEqual([
        '1 house.door.built 1 iam.user/ann',
        '2 house.door.opened 2 iam.user/ann',
        'the same answer: true',
      ]);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
});
