/**
 * What a browser loads before the app can start: the scripts that the built
 * index.html names, as files, with what they weigh on the way.
 */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';

/** Sizes in bytes. */
export interface Weight {
  raw: number;
  /** At gzip's level 9. */
  gzip: number;
  /** At Brotli's quality 11. */
  brotli: number;
}

export interface InitialScript extends Weight {
  /** Relative to the build's folder. */
  file: string;
}

/**
 * The initial scripts of the app built into `dist`, in the order of the page.
 *
 * @throws Error when the page names no script, or one that isn't in the build
 */
export async function weighInitialScripts(
  dist: string,
): Promise<InitialScript[]> {
  const html = await readFile(path.join(dist, 'index.html'), 'utf8');
  const files = initialScripts(html);
  if (files.length === 0) {
    throw new Error('index.html of the built app names no script.');
  }
  return Promise.all(
    files.map(async file => ({
      file,
      ...(await weigh(await readFile(path.join(dist, file)))),
    })),
  );
}

/**
 * The scripts that `html` loads at once, also those that it merely preloads.
 * Whatever the app's public path is, the files are under `static/`.
 *
 * @throws Error for a script of another place: it would be outside the budget
 */
export function initialScripts(html: string): string[] {
  const tags = html.match(/<(script|link)\b[^>]*>/g) ?? [];
  const urls = tags.flatMap(tag => {
    const isScript = tag.startsWith('<script');
    const isPreload =
      /\brel="?modulepreload\b/.test(tag) ||
      (/\brel="?preload\b/.test(tag) && /\bas="?script\b/.test(tag));
    const url = (isScript ? /\bsrc="([^"]*)"/ : /\bhref="([^"]*)"/).exec(tag);
    return (isScript || isPreload) && url?.[1] ? [url[1]] : [];
  });
  const files = urls.map(url => {
    const file = /^(?!\w+:|\/\/).*?\b(static\/[^?#]+)/.exec(url)?.[1];
    if (!file) {
      throw new Error(
        `index.html of the built app loads ${url}, which is not under static/.`,
      );
    }
    return file;
  });
  return [...new Set(files)];
}

async function weigh(content: Buffer): Promise<Weight> {
  const [gzipped, brotlied] = await Promise.all([
    promisify(gzip)(content, { level: 9 }),
    promisify(brotliCompress)(content, {
      params: {
        [constants.BROTLI_PARAM_QUALITY]: 11,
        [constants.BROTLI_PARAM_SIZE_HINT]: content.length,
      },
    }),
  ]);
  return {
    raw: content.length,
    gzip: gzipped.length,
    brotli: brotlied.length,
  };
}
