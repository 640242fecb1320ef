import { execFile } from 'node:child_process';
import { chmod, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Tried in this order; none of them is needed for anything else. */
const COMPILERS = ['cc', 'gcc', 'clang', 'tcc'];

/** The library that makes `fdatasync` slower, and the folder it is in. */
export interface SlowSync {
  readonly library: string;
  /** To be deleted by the caller. */
  readonly folder: string;
}

/**
 * Builds the library from `slowSync.c`.
 *
 * @returns undefined when there is no C compiler
 */
export async function buildSlowSync(): Promise<SlowSync | undefined> {
  for (const compiler of COMPILERS) {
    if (!(await isThere(compiler))) {
      continue;
    }
    const folder = await mkdtemp(join(tmpdir(), 'callboard-slow-sync-'));
    // The server may run as another user.
    await chmod(folder, 0o755);
    const library = join(folder, 'slowSync.so');
    await run(compiler, [
      '-shared',
      '-fPIC',
      '-o',
      library,
      require.resolve('./slowSync.c'),
      '-ldl',
    ]);
    return { library, folder };
  }
  return undefined;
}

async function isThere(compiler: string): Promise<boolean> {
  try {
    await run(compiler, ['-v']);
    return true;
  } catch (error) {
    if ((error as { code?: unknown }).code === 'ENOENT') {
      return false;
    }
    throw error;
  }
}
