/** What only REST has: other HTTP methods, files, lines, headers of HTTP. */
import http from 'node:http';
import {
  AuthorizeResult,
  type PolicyDecision,
} from '@backstage/plugin-permission-common';
import { ResponseError } from '@backstage/errors';
import { HEADERS } from '../__testUtils__/callers';
import {
  startLibrary,
  type StartedLibrary,
} from '../__testUtils__/startLibrary';

// Starting a backend takes its time on a busy machine.
jest.setTimeout(60_000);

let started: StartedLibrary;
const call = (path: string, init: RequestInit = {}) =>
  fetch(`${started.baseUrl}${path}`, {
    ...init,
    headers: { ...HEADERS, ...(init.headers as Record<string, string>) },
  });

beforeAll(async () => {
  started = await startLibrary();
});
afterAll(() => started?.stop());
beforeEach(() => {
  started.library.books.clear();
  started.library.add({ name: 'shelves/a/books/1', title: 'First' });
});

it('answers HEAD with the headers of GET', async () => {
  const get = await call('/v1/shelves/a/books/1');
  const head = await call('/v1/shelves/a/books/1', { method: 'HEAD' });
  expect(head.status).toBe(200);
  expect(await head.text()).toBe('');
  expect(head.headers.get('content-length')).toBe(
    get.headers.get('content-length'),
  );
});

it('tells by OPTIONS, and by 405, what is possible', async () => {
  const options = await call('/v1/shelves/a/books/1', { method: 'OPTIONS' });
  expect(options.status).toBe(204);
  expect(options.headers.get('allow')).toBe(
    'DELETE, GET, MOVE, PATCH, PUT, HEAD, OPTIONS',
  );
  const refused = await call('/v1/shelves/a/books/1', { method: 'POST' });
  expect(refused.status).toBe(405);
  expect(refused.headers.get('allow')).toBe(options.headers.get('allow'));
  expect((await refused.json()).error).toMatchObject({
    code: 'METHOD_NOT_ALLOWED',
    message: 'POST is not possible here; DELETE, GET, MOVE, PATCH, PUT is',
  });
});

it('answers 404 in its own shape under its prefixes, and leaves the rest alone', async () => {
  const own = await call('/v1/shelves');
  expect(own.status).toBe(404);
  expect((await own.json()).error).toMatchObject({
    code: 'NOT_FOUND',
    fields: [],
  });
  const other = await call('/elsewhere');
  expect(other.status).toBe(404);
  expect(await other.text()).not.toContain('NOT_FOUND');
});

it("is understood by Backstage's own error class", async () => {
  const error = await ResponseError.fromResponse(
    await call('/v1/shelves/a/books/2'),
  );
  expect(error.statusCode).toBe(404);
  expect(error.cause).toMatchObject({
    name: 'NotFoundError',
    message: 'There is no book shelves/a/books/2',
  });
});

it('takes custom methods', async () => {
  const { status, body } = await new Promise<{ status?: number; body: string }>(
    (resolve, reject) => {
      // fetch knows no MOVE.
      const request = http.request(
        `${started.baseUrl}/v1/shelves/a/books/1`,
        {
          method: 'MOVE',
          headers: { ...HEADERS, 'content-type': 'application/json' },
        },
        response => {
          let text = '';
          response.on('data', chunk => {
            text += chunk;
          });
          response.on('end', () =>
            resolve({ status: response.statusCode, body: text }),
          );
        },
      );
      request.on('error', reject);
      request.end(JSON.stringify({ destination: 'shelves/b' }));
    },
  );
  expect(status).toBe(200);
  expect(JSON.parse(body).name).toBe('shelves/b/books/1');
});

it('writes every field that can be, so that shapes are stable', async () => {
  expect(await (await call('/v1/shelves/none/books')).json()).toEqual({
    books: [],
    nextPageToken: '',
    totalSize: 0,
  });
});

it('makes one field the answer', async () => {
  const response = await call('/v1/books:batchGet?names=shelves/a/books/1');
  expect(await response.json()).toEqual([
    expect.objectContaining({ title: 'First' }),
  ]);
});

describe('files', () => {
  it('are sent as they are', async () => {
    const response = await call('/v1/shelves/a/books/1/cover');
    expect(response.headers.get('content-type')).toBe('image/png');
    expect(await response.text()).toBe('cover of First');
  });

  it('are received as they are', async () => {
    const response = await call('/v1/shelves/a/books/1/cover', {
      method: 'PUT',
      headers: { 'content-type': 'image/png' },
      body: new Uint8Array([0, 1, 255]),
    });
    expect(await response.json()).toEqual({
      contentType: 'image/png',
      size: '3',
    });
  });

  it('are streamed', async () => {
    const response = await call('/v1/shelves/a/books:export');
    expect(response.headers.get('content-type')).toBe('text/csv');
    expect(response.headers.get('cache-control')).toContain('no-transform');
    expect(await response.text()).toBe('name,title\nshelves/a/books/1,First\n');
  });
});

it('gives the handler what a conditional decision allows', async () => {
  const decision: PolicyDecision = {
    result: AuthorizeResult.CONDITIONAL,
    pluginId: 'library',
    resourceType: 'library-book',
    conditions: { rule: 'ON_SHELF', resourceType: 'library-book', params: {} },
  };
  started.permissions.authorizeConditional.mockResolvedValueOnce([decision]);
  await (await call('/v1/shelves/a/books:export')).text();
  expect(started.library.lastContext?.decision).toEqual(decision);
  started.permissions.authorizeConditional.mockResolvedValueOnce([
    { result: AuthorizeResult.DENY },
  ]);
  expect((await call('/v1/shelves/a/books:export')).status).toBe(403);
});

describe('lines', () => {
  const upload = (body: string) =>
    call('/v1/books:import', {
      method: 'POST',
      headers: { 'content-type': 'application/x-ndjson' },
      body,
    });

  it('are a stream of requests', async () => {
    const response = await upload(
      [
        '{"parent":"shelves/b","book":{"title":"A"}}',
        '',
        '{"parent":"shelves/b","book":{"title":"B"}}',
      ].join('\r\n'),
    );
    expect(await response.json()).toEqual({ count: 2 });
  });

  it('are named when one is wrong', async () => {
    const response = await upload(
      '{"parent":"shelves/b"}\n{"parent":"shelves/b","bok":{}}\n',
    );
    expect(response.status).toBe(400);
    expect((await response.json()).error).toMatchObject({
      message: 'Line 2: The request is invalid: bok is not a known field',
      fields: [{ field: 'bok' }],
      metadata: { line: '2' },
    });
  });

  it('come one by one', async () => {
    const response = await call('/v1/shelves/a/books:watch');
    expect(response.headers.get('content-type')).toBe('application/x-ndjson');
    expect(JSON.parse(await response.text())).toMatchObject({
      book: { title: 'First' },
    });
  });

  it('end with the error, and the transfer breaks off', async () => {
    started.library.add({ name: 'shelves/a/books/2', title: 'Second' });
    const response = await call('/v1/shelves/a/books:watch?failAfter=1');
    expect(response.status).toBe(200);
    let text = '';
    const read = async () => {
      const decoder = new TextDecoder();
      for await (const chunk of response.body!) {
        text += decoder.decode(chunk);
      }
    };
    await expect(read()).rejects.toThrow();
    const lines = text
      .trim()
      .split('\n')
      .map(line => JSON.parse(line));
    expect(lines).toEqual([
      { book: expect.objectContaining({ title: 'First' }) },
      { error: expect.objectContaining({ message: 'The shelf broke' }) },
    ]);
  });
});

it('says in headers what HTTP has headers for', async () => {
  const busy = await call('/v1/fail', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{"how":"own"}',
  });
  expect(busy.status).toBe(429);
  expect(busy.headers.get('retry-after')).toBe('3');
  expect(busy.headers.get('cache-control')).toBe('no-store');
  const unknown = await fetch(`${started.baseUrl}/v1/shelves/a/books/1`);
  expect(unknown.status).toBe(401);
  expect(unknown.headers.get('www-authenticate')).toBe('Bearer');
});
