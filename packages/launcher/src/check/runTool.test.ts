import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { Ending } from '../processes/Ending.ts';
import { runTool } from './runTool.ts';
import type { Tool } from './runTool.ts';

let root: string;

beforeEach(async () => {
  root = await mkdtemp(path.join(os.tmpdir(), 'run-tool-'));
});

afterEach(() => rm(root, { recursive: true }));

const run = (tool: Tool, args: string[]) =>
  runTool({ root, ending: new Ending() }, tool, args);

/** Installs a package with one command, `bin/run.js`, that runs `code`. */
async function install(name: string, bin: unknown, code = '') {
  const folder = path.join(root, 'node_modules', name);
  await mkdir(path.join(folder, 'bin'), { recursive: true });
  await writeFile(
    path.join(folder, 'package.json'),
    JSON.stringify({ name, bin }),
  );
  await writeFile(path.join(folder, 'bin/run.js'), code);
}

it('passes with what the tool wrote, in order', async () => {
  await install(
    'tool',
    'bin/run.js',
    `console.log(process.argv.slice(2).join(' ') + '\\n\\n' + process.cwd());`,
  );

  await expect(run({ from: 'tool' }, ['a', 'b c'])).resolves.toEqual({
    ok: true,
    output: `a b c\n\n${root}`,
  });
});

it('fails when the tool does', async () => {
  await install('tool', 'bin/run.js', 'process.exitCode = 3;');

  await expect(run({ from: 'tool' }, [])).resolves.toEqual({
    ok: false,
    output: '',
  });
});

it('fails when the tool is killed', async () => {
  await install(
    'tool',
    'bin/run.js',
    "process.kill(process.pid, 'SIGKILL'); setInterval(() => {}, 1000);",
  );

  await expect(run({ from: 'tool' }, [])).resolves.toMatchObject({ ok: false });
});

it('finds a command that is not called like its package', async () => {
  await install('@acme/tool', { run: 'bin/run.js' }, 'console.log("ran");');

  await expect(
    run({ from: '@acme/tool', command: 'run' }, []),
  ).resolves.toEqual({ ok: true, output: 'ran' });
});

it('names a command that a package does not have', async () => {
  await install('@acme/tool', { run: 'bin/run.js' });

  await expect(
    run({ from: '@acme/tool', command: 'walk' }, []),
  ).rejects.toThrow('@acme/tool has no command walk.');
});
