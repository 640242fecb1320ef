/** Reads the files of a source: from disk, or from wherever Backstage can read. */
import { createHash } from 'node:crypto';
import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, join, relative } from 'node:path';
import type { UrlReaderService } from '@backstage/backend-plugin-api';
import type { SourceFile } from '../readDocuments';

export interface ReadSource {
  /** A commit or digest: another one for other files. */
  readonly revision: string;
  readonly files: readonly SourceFile[];
}

/** A source that is larger is none that people wrote. */
const MAX_FILES = 2_000;
const MAX_BYTES = 20 * 1024 * 1024;

class Limit {
  #files = 0;
  #bytes = 0;

  add(text: string): void {
    this.#files += 1;
    this.#bytes += Buffer.byteLength(text);
    if (this.#files > MAX_FILES || this.#bytes > MAX_BYTES) {
      throw new Error(
        `The source has more than ${MAX_FILES} files or ${MAX_BYTES} bytes`,
      );
    }
  }
}

const isDescription = (path: string) => /\.(?:ya?ml|json)$/i.test(path);
const isUrl = (target: string) => /^https?:\/\//i.test(target);

/**
 * @param before - what was read last; the same object when nothing has changed
 * @throws what the file system or the URL reader throws
 */
export async function readSource(
  target: string,
  options: {
    readonly urlReader: UrlReaderService;
    readonly before?: ReadSource;
    readonly signal?: AbortSignal;
  },
): Promise<ReadSource> {
  if (!isUrl(target)) {
    const read = await readLocal(target);
    return read.revision === options.before?.revision ? options.before : read;
  }
  try {
    return isDescription(new URL(target).pathname)
      ? await readOne(target, options)
      : await readTree(target, options);
  } catch (error) {
    if (options.before && (error as Error).name === 'NotModifiedError') {
      return options.before;
    }
    throw error;
  }
}

async function readLocal(target: string): Promise<ReadSource> {
  const isFile = (await stat(target)).isFile();
  const paths = isFile ? [target] : await pathsIn(target);
  const limit = new Limit();
  const files: SourceFile[] = [];
  for (const path of paths.sort()) {
    const text = await readFile(path, 'utf8');
    limit.add(text);
    const shown = isFile
      ? basename(path)
      : relative(target, path).replaceAll('\\', '/');
    files.push({ path: shown, text });
  }
  return { revision: digestOf(files), files };
}

/** Hidden files and folders are left out. */
async function pathsIn(folder: string): Promise<string[]> {
  const paths: string[] = [];
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.name.startsWith('.')) {
      continue;
    }
    if (entry.isDirectory()) {
      paths.push(...(await pathsIn(path)));
    } else if (entry.isFile() && isDescription(entry.name)) {
      paths.push(path);
    }
  }
  return paths;
}

type UrlOptions = Parameters<typeof readSource>[1];

async function readOne(
  target: string,
  { urlReader, before, signal }: UrlOptions,
): Promise<ReadSource> {
  const response = await urlReader.readUrl(target, {
    etag: before?.revision,
    signal: signal as never, // node's and the reader's types differ in name only
  });
  const text = (await response.buffer()).toString('utf8');
  new Limit().add(text);
  const files = [{ path: basename(new URL(target).pathname), text }];
  return { revision: response.etag ?? digestOf(files), files };
}

async function readTree(
  target: string,
  { urlReader, before, signal }: UrlOptions,
): Promise<ReadSource> {
  const response = await urlReader.readTree(target, {
    etag: before?.revision,
    filter: isDescription,
    signal: signal as never, // as above
  });
  const limit = new Limit();
  const files: SourceFile[] = [];
  for (const file of await response.files()) {
    const text = (await file.content()).toString('utf8');
    limit.add(text);
    files.push({ path: file.path, text });
  }
  files.sort((a, b) => (a.path < b.path ? -1 : 1));
  return { revision: response.etag, files };
}

function digestOf(files: readonly SourceFile[]): string {
  return createHash('sha256')
    .update(JSON.stringify(files))
    .digest('hex')
    .slice(0, 40);
}
