import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { createServer, get, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliCompressSync } from 'node:zlib';
import express from 'express';
import { precompressedAssets } from './precompressedAssets';

const SCRIPT = `console.log(${JSON.stringify('callboard '.repeat(200))});`;
const STYLE = 'body { color: rebeccapurple; }';

let folder: string;
let server: Server;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'callboard-assets-'));
  const assets = join(folder, 'static');
  await mkdir(assets);
  writeFileSync(join(assets, 'main.1a2b.js'), SCRIPT);
  writeFileSync(join(assets, 'main.1a2b.js.br'), brotliCompressSync(SCRIPT));
  writeFileSync(join(assets, 'main.1a2b.css'), STYLE);
  writeFileSync(join(assets, 'index.html'), '<p>not to be served</p>');
  writeFileSync(join(folder, 'secret.txt'), 'secret');

  const app = express();
  app.use('/static', precompressedAssets(assets));
  app.use('/absent', precompressedAssets(join(folder, 'no-such-folder')));
  app.use((_request, response) => {
    response.status(404).send('next');
  });
  server = createServer(app);
  await new Promise<void>(resolve => {
    server.listen(0, '127.0.0.1', resolve);
  });
});

afterAll(async () => {
  await new Promise(resolve => {
    server.close(resolve);
  });
  rmSync(folder, { recursive: true });
});

/** Asks for a path as it is written, which the usual clients would tidy up. */
async function ask(path: string, encodings?: string) {
  const { port } = server.address() as AddressInfo;
  const headers = encodings ? { 'accept-encoding': encodings } : {};
  return new Promise<{
    status: number;
    headers: Record<string, unknown>;
    body: Buffer;
  }>((resolve, reject) => {
    get({ host: '127.0.0.1', port, path, headers }, response => {
      const parts: Buffer[] = [];
      response.on('data', part => parts.push(part));
      response.on('end', () =>
        resolve({
          status: response.statusCode!,
          headers: response.headers,
          body: Buffer.concat(parts),
        }),
      );
    }).on('error', reject);
  });
}

describe('precompressedAssets', () => {
  it.each(['br', 'gzip, deflate, br', 'br;q=0.5, gzip;q=1.0'])(
    'sends the brotli sibling to a client that accepts "%s"',
    async encodings => {
      const { status, headers, body } = await ask(
        '/static/main.1a2b.js',
        encodings,
      );
      expect(status).toBe(200);
      expect(headers).toMatchObject({
        'content-encoding': 'br',
        'content-type': expect.stringContaining('javascript'),
      });
      expect(body.equals(brotliCompressSync(SCRIPT))).toBe(true);
    },
  );

  it.each([undefined, 'gzip', 'identity', 'gzip, br;q=0'])(
    'sends the file itself to a client that accepts "%s"',
    async encodings => {
      const { status, headers, body } = await ask(
        '/static/main.1a2b.js',
        encodings,
      );
      expect(status).toBe(200);
      expect(headers).not.toHaveProperty('content-encoding');
      expect(body.toString()).toBe(SCRIPT);
    },
  );

  it('sends the file itself where it has no brotli sibling', async () => {
    const { headers, body } = await ask('/static/main.1a2b.css', 'br');
    expect(headers).not.toHaveProperty('content-encoding');
    expect(headers['content-type']).toContain('text/css');
    expect(body.toString()).toBe(STYLE);
  });

  it.each([
    ['/static/main.1a2b.js', 'br'],
    ['/static/main.1a2b.js', 'identity'],
    ['/static/main.1a2b.css', 'br'],
  ])('lets caches keep %s for good (%s)', async (path, encodings) => {
    const { headers } = await ask(path, encodings);
    expect(headers['cache-control']).toBe(
      'public, max-age=31536000, immutable',
    );
    // Or a cache would hand the compressed one to whoever can't read it.
    expect(headers.vary).toMatch(/accept-encoding/i);
  });

  it.each([
    '/static/../secret.txt',
    '/static/..%2fsecret.txt',
    '/static/%2e%2e/secret.txt',
    '/static/..%5csecret.txt',
    '/static/%2e%2e%2fsecret.txt%00.js',
  ])('does not leave its folder for %s', async path => {
    const { status, body } = await ask(path, 'br');
    expect([400, 403, 404]).toContain(status);
    expect(body.toString()).not.toContain('secret');
  });

  it.each(['/static/other.js', '/static/', '/absent/main.1a2b.js'])(
    'leaves %s to what comes next',
    async path => {
      const { status, body } = await ask(path, 'br');
      expect(status).toBe(404);
      expect(body.toString()).toBe('next');
    },
  );
});
