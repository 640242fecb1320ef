import { execFileSync } from 'node:child_process';
import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { Ending } from '../../processes/Ending.ts';
import { secrets } from './secrets.ts';

const SECRET = `ghp_${'x'.repeat(36)}\n`;

let root: string;

beforeEach(async () => {
  root = await mkdtemp(path.join(os.tmpdir(), 'secrets-'));
  execFileSync('git', ['init', '--quiet'], { cwd: root });
});

afterEach(() => rm(root, { recursive: true }));

const write = (file: string, content: string | Buffer) =>
  writeFile(path.join(root, file), content);

const check = () => secrets.run({ root, fix: false, ending: new Ending() });

it('looks at what is committed and at what would be', async () => {
  await write('committed.txt', SECRET);
  execFileSync('git', ['add', 'committed.txt'], { cwd: root });
  await write('new.txt', SECRET);

  const { ok, output } = await check();

  expect(ok).toBe(false);
  expect(output.split('\n')).toEqual([
    expect.stringContaining('committed.txt:1 holds a GitHub token'),
    expect.stringContaining('new.txt:1 holds a GitHub token'),
  ]);
});

it('leaves alone what git ignores, binary files, links to folders and removed files', async () => {
  await write('.gitignore', 'ignored.txt\n');
  await write('ignored.txt', SECRET);
  await write(
    'picture.png',
    Buffer.concat([Buffer.of(0), Buffer.from(SECRET)]),
  );
  await symlink('.', path.join(root, 'link'));
  await write('removed.txt', 'x');
  execFileSync('git', ['add', '.'], { cwd: root });
  await rm(path.join(root, 'removed.txt'));

  await expect(check()).resolves.toMatchObject({ ok: true });
});
