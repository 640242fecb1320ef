import { createHash } from 'node:crypto';
import { glob, mkdir, readdir, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import type { CheckStep } from '../CheckStep.ts';
import { runTool } from '../runTool.ts';
import type { Tool } from '../runTool.ts';

const CACHE = '.callboard/cache/eslint';

/**
 * What the verdict on a file depends on beside the file and what ESLint puts
 * into its cache key: our rules, and the packages around it.
 */
const ALSO_DECISIVE = [
  'packages/eslint-plugin/src/**/*.js',
  '{packages,plugins}/*/package.json',
  '{packages,plugins}/*/.eslintrc.js',
  'yarn.lock',
];

const ESLINT: Tool = { from: 'eslint' };
const FILES = ['--ext=.js,.cjs,.mjs,.jsx,.ts,.tsx', '.'];

export const lint: CheckStep = {
  name: 'lint',
  title: 'ESLint finds nothing, and no import breaks the architecture',
  fixes: true,
  async run(context) {
    if (context.fix) {
      await runTool(context, ESLINT, [
        '--fix',
        // Its way of fixing is `yarn add`, in the newest version and a range.
        '--rule=@backstage/no-undeclared-imports: off',
        ...FILES,
      ]);
    }
    return runTool(context, ESLINT, [
      '--max-warnings=0',
      '--report-unused-disable-directives',
      '--cache',
      '--cache-strategy=content',
      `--cache-location=${await cacheFile(context.root)}`,
      ...FILES,
    ]);
  },
};

/** The cache for the rules and packages of now; caches of before are removed. */
async function cacheFile(root: string): Promise<string> {
  const folder = path.join(root, CACHE);
  const name = await decisiveHash(root);
  await mkdir(folder, { recursive: true });
  for (const other of await readdir(folder)) {
    if (other !== name) {
      await rm(path.join(folder, other), { recursive: true });
    }
  }
  return path.join(folder, name);
}

async function decisiveHash(root: string): Promise<string> {
  const files: string[] = [];
  for await (const file of glob(ALSO_DECISIVE, { cwd: root })) {
    files.push(file);
  }
  const hash = createHash('sha256');
  for (const file of files.sort()) {
    hash.update(`${file}\0`);
    hash.update(await readFile(path.join(root, file)));
  }
  return hash.digest('hex').slice(0, 16);
}
