/*
 * Brotli siblings (`x.js.br`) for the app's static files, at the highest
 * quality: made once for each build, they cost nothing when they are served.
 * Files are named by their contents and most survive from build to build, so
 * what has been compressed once is kept by its hash.
 */
import { createHash } from 'node:crypto';
import {
  copyFile,
  mkdir,
  readdir,
  readFile,
  rename,
  rm,
  writeFile,
} from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants } from 'node:zlib';
import type { Tell } from '../progress/Progress.ts';
import { filesBelow } from './fingerprint.ts';

const compress = promisify(brotliCompress);

// Source maps are for debuggers, which ask seldom; they would take most of the time.
const compressible = /\.(js|css|svg|json|html|txt|wasm|ttf|ico)$/;

/** Less than this, in bytes, fits a packet as it is. */
const smallest = 1024;

/**
 * @param folder - the static files
 * @param cache - where results are kept; what this build does not use is removed
 */
export async function compressAssets(
  folder: string,
  cache: string,
  options: { tell: Tell; signal: AbortSignal },
): Promise<void> {
  await mkdir(cache, { recursive: true });
  const files = await filesBelow(folder, '', () => true);
  const todo = files.filter(name => compressible.test(name));
  const used = new Set<string>();
  let done = 0;
  const next = todo.values();
  const work = async () => {
    for (const name of next) {
      options.signal.throwIfAborted();
      const kept = await compressFile(join(folder, name), cache);
      if (kept) {
        used.add(kept);
      }
      done++;
      options.tell(`${done} of ${todo.length} files compressed`);
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, work));
  const stale = (await readdir(cache)).filter(name => !used.has(name));
  await Promise.all(stale.map(name => rm(join(cache, name))));
}

async function compressFile(
  file: string,
  cache: string,
): Promise<string | undefined> {
  const content = await readFile(file);
  if (content.length < smallest) {
    return undefined;
  }
  const name = `${createHash('sha256').update(content).digest('hex')}.br`;
  const kept = join(cache, name);
  try {
    await copyFile(kept, `${file}.br`);
    return name;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') {
      throw error;
    }
  }
  const compressed = await compress(content, {
    params: {
      [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY,
      [constants.BROTLI_PARAM_MODE]: constants.BROTLI_MODE_TEXT,
      [constants.BROTLI_PARAM_SIZE_HINT]: content.length,
    },
  });
  if (compressed.length >= content.length) {
    return undefined;
  }
  await writeFile(`${kept}.new`, compressed);
  await rename(`${kept}.new`, kept);
  await copyFile(kept, `${file}.br`);
  return name;
}
