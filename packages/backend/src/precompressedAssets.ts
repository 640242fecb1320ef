import type { RequestHandler } from 'express';
import expressStaticGzip from 'express-static-gzip';

/**
 * Serves a folder of content-hashed files: the `.br` sibling of a file where
 * there is one and the client accepts brotli, else the file itself. The names
 * change with the contents, so clients may keep them for a year unasked
 * (`immutable`, RFC 8246).
 *
 * @param folder - absolute path; a missing folder serves nothing
 */
export function precompressedAssets(folder: string): RequestHandler {
  return expressStaticGzip(folder, {
    enableBrotli: true,
    orderPreference: ['br'],
    index: false,
    serveStatic: {
      immutable: true,
      maxAge: '365d',
      setHeaders: response => response.setHeader('Vary', 'Accept-Encoding'),
    },
  });
}
