import { execFile } from 'node:child_process';
import { createRequire } from 'node:module';
import path from 'node:path';

/** What `buf` printed, and whether it was content. */
export interface BufResult {
  readonly ok: boolean;
  readonly output: string;
}

/**
 * Runs the `buf` that is installed in the repository at `root`.
 *
 * The binary is taken from the platform's package: the launcher script of
 * `@bufbuild/buf` works only after its install script, and install scripts are
 * off here (catalog/docs/decisions/0008).
 *
 * @throws Error when there is no binary for this platform
 */
export async function runBuf(
  root: string,
  cwd: string,
  args: readonly string[],
): Promise<BufResult> {
  const binary = findBufBinary(root);
  return new Promise((resolve, reject) => {
    execFile(
      binary,
      args,
      {
        cwd,
        encoding: 'utf8',
        maxBuffer: 64 * 1024 * 1024,
        // protoc-gen-es is run with the Node that runs this.
        env: {
          ...process.env,
          PATH: `${path.dirname(process.execPath)}${path.delimiter}${process.env.PATH}`,
          BUF_CACHE_DIR: path.join(cwd, '.buf-cache'),
        },
      },
      (error, stdout, stderr) => {
        if (error && typeof error.code !== 'number') {
          reject(error);
          return;
        }
        resolve({ ok: !error, output: `${stdout}${stderr}`.trim() });
      },
    );
  });
}

/**
 * Runs `buf` and expects it to succeed.
 *
 * @throws Error with what it printed
 */
export async function expectBuf(
  root: string,
  cwd: string,
  args: readonly string[],
): Promise<void> {
  const { ok, output } = await runBuf(root, cwd, args);
  if (!ok) {
    throw new Error(`buf ${args.join(' ')} failed:\n${output}`);
  }
}

/**
 * The path of a file inside a package that is installed for this package, in
 * the repository at `root`.
 */
export function resolveInstalled(
  root: string,
  packageName: string,
  file: string,
): string {
  const require = createRequire(path.join(root, 'packages/api-node/src/'));
  return path.join(
    path.dirname(require.resolve(`${packageName}/package.json`)),
    file,
  );
}

function findBufBinary(root: string): string {
  const arch =
    process.platform === 'linux' && process.arch === 'arm64'
      ? 'aarch64'
      : process.arch;
  const name = `@bufbuild/buf-${process.platform}-${arch}`;
  const file = process.platform === 'win32' ? 'bin/buf.exe' : 'bin/buf';
  try {
    return resolveInstalled(root, name, file);
  } catch (cause) {
    throw new Error(
      `${name} is not installed, so protobuf definitions can't be read here`,
      { cause },
    );
  }
}
