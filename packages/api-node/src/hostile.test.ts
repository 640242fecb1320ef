/**
 * Whatever is sent, the answer is a refusal that blames the request, comes in
 * time, and leaves the server as it was.
 */
import http2 from 'node:http2';
import net from 'node:net';
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { text } from './__testUtils__/arbitraryMessage';
import { HEADERS } from './__testUtils__/callers';
import {
  startLibrary,
  type StartedLibrary,
} from './__testUtils__/startLibrary';

const MAX_BYTES = 64 * 1024;
const BODY_TIMEOUT_MS = 250;
const RUNS = 250;
// Far above what any refusal takes, far below what a hang does.
const IN_TIME_MS = 5_000;

let started: StartedLibrary;
const uncaught: unknown[] = [];
const note = (error: unknown) => uncaught.push(error);

beforeAll(async () => {
  process.on('unhandledRejection', note);
  process.on('uncaughtException', note);
  started = await startLibrary({
    callboard: {
      grpc: { port: 0 },
      api: {
        maxRequestBytes: MAX_BYTES,
        requestTimeout: { milliseconds: BODY_TIMEOUT_MS },
      },
    },
  });
  started.library.add({ name: 'shelves/a/books/1', title: 'First' });
});

afterAll(async () => {
  await started?.stop();
  process.off('unhandledRejection', note);
  process.off('uncaughtException', note);
});

/** Answers as ever, and nothing slipped past it. */
async function expectHealthy(): Promise<void> {
  const health = await fetch(`${started.baseUrl}/v1/openingHours`);
  expect(await health.json()).toEqual({ text: 'always' });
  const stream = await openGrpc();
  const answer = await grpcCall(
    stream,
    'GetOpeningHours',
    frame(Buffer.alloc(0)),
    {},
  );
  stream.close();
  expect(answer.status).toBe(0);
  expect(uncaught).toEqual([]);
  expect(started.library.books.size).toBe(1);
}

// ---------------------------------------------------------------- bodies

const bytes = fc
  .uint8Array({ maxLength: 400 })
  .map(array => Buffer.from(array));
const validJson = fc
  .record({ title: text, tags: fc.array(text), pages: fc.integer() })
  .map(value => JSON.stringify(value));

/** Text that is no JSON object. */
const brokenJson = fc
  .tuple(validJson, fc.nat(), fc.constantFrom('', '}', ',', '\u0000', '"', 'x'))
  .map(([json, at, inserted]) => {
    const cut = at % json.length;
    return `${json.slice(0, cut)}${inserted}`;
  })
  .filter(json => !isObject(json))
  .map(json => Buffer.from(json));

/** Objects with a field that does not exist, or values that can't be. */
const wrongJson = fc
  .oneof(
    fc.record({ [`x${'y'.repeat(3)}`]: fc.jsonValue() }),
    fc.record({
      title: fc.oneof(
        fc.integer(),
        fc.boolean(),
        fc.constant([]),
        fc.constant({}),
      ),
    }),
    fc.record({
      pages: fc.oneof(
        fc.constant(1e20),
        fc.constant(1.5),
        fc.constant('many'),
        fc.constant(true),
      ),
    }),
    fc.record({ title: text.map(each => `${each}\u0000`) }),
    fc.record({ title: text.map(each => `${each}\ud800`) }),
    fc.record({ published: text }),
    fc.record({ checksum: text.map(each => `${each}!`) }),
    fc.record({ genre: fc.oneof(fc.constant('GENRE_X'), fc.constant(99)) }),
    fc.record({ paper: fc.constant({}), audio: fc.constant({}) }),
    fc.record({ authors: fc.array(fc.constant(null), { minLength: 1 }) }),
    fc.record({ labels: fc.constant({ BAD: 'x' }) }),
    fc.record({ title: fc.constant('x'.repeat(201)) }),
    fc.record({ title: fc.constant('') }),
    fc.constant({ __proto__: { title: 'x' }, constructor: 1 }),
  )
  .map(value => Buffer.from(JSON.stringify(value)));

const deepJson = fc
  .tuple(
    fc.integer({ min: 101, max: 20_000 }),
    fc.constantFrom('[', '{"a":', '{"audio":{"chapters":['),
  )
  .map(([depth, open]) =>
    Buffer.from(
      open.repeat(Math.min(depth, Math.floor(MAX_BYTES / open.length))),
    ),
  );

const notUtf8 = fc
  .constantFrom([0xff], [0xc3, 0x28], [0xed, 0xa0, 0x80], [0xf8, 0x88])
  .map(sequence =>
    Buffer.concat([
      Buffer.from('{"title":"'),
      Buffer.from(sequence),
      Buffer.from('"}'),
    ]),
  );

const tooLarge = fc
  .integer({ min: MAX_BYTES + 1, max: MAX_BYTES * 4 })
  .map(size =>
    Buffer.concat([
      Buffer.from('{"title":"'),
      Buffer.alloc(size, 'x'),
      Buffer.from('"}'),
    ]),
  );

const badBody = fc.oneof(
  brokenJson,
  wrongJson,
  deepJson,
  notUtf8,
  tooLarge,
  bytes.filter(body => body.length > 0 && !isObject(body.toString())),
);

const compressed = fc.oneof(
  // Small on the wire, large once unpacked.
  fc
    .tuple(
      fc.constantFrom('gzip', 'br', 'deflate'),
      fc.integer({ min: MAX_BYTES + 1, max: 20_000_000 }),
    )
    .map(([encoding, size]) => ({
      encoding,
      body: pack(encoding, Buffer.alloc(size, ' ')),
    })),
  fc
    .tuple(
      fc.constantFrom(
        'gzip',
        'br',
        'deflate',
        'zstd',
        'compress',
        'gzip, gzip',
      ),
      bytes,
    )
    .filter(([, body]) => body.length > 0)
    .map(([encoding, body]) => ({ encoding, body })),
);

const wrongContentType = fc.constantFrom(
  'text/plain',
  'text/plain; charset=utf-8',
  'application/x-www-form-urlencoded',
  'multipart/form-data; boundary=x',
  'application/json; charset=latin1',
  'application/xml',
  'application/jsonx',
  '/',
  ',',
);

interface BadRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Record<string, string>;
  readonly body?: Buffer;
}

async function expectRefusal(request: BadRequest): Promise<void> {
  const begun = Date.now();
  const response = await fetch(`${started.baseUrl}${request.path}`, {
    method: request.method,
    headers: { ...HEADERS, ...request.headers },
    body: request.body,
  });
  const body = await response.text();
  if (response.status < 400 || response.status > 499) {
    throw new Error(
      `${JSON.stringify(describeRequest(request))} was answered ${response.status}: ${body.slice(0, 300)}`,
    );
  }
  if (response.headers.get('content-type')?.includes('json')) {
    JSON.parse(body);
  }
  expect(Date.now() - begun).toBeLessThan(IN_TIME_MS);
}

function describeRequest({ method, path, headers, body }: BadRequest) {
  return {
    method,
    path,
    headers,
    body: body?.subarray(0, 80).toString('latin1'),
  };
}

// eslint-disable-next-line jest/expect-expect -- what it calls asserts, or fails by never ending
it('REST', async () => {
  const json = { 'content-type': 'application/json' };
  const segment = fc.oneof(
    text.map(encodeURIComponent),
    fc.constantFrom(
      '%',
      '%zz',
      '%ff',
      '%c3%28',
      '..',
      '.',
      '%00',
      '%2e%2e%2f',
      '__proto__',
      'x'.repeat(3000),
    ),
  );
  const request: fc.Arbitrary<BadRequest> = fc.oneof(
    badBody.map(body => ({
      method: 'POST',
      path: '/v1/shelves/a/books',
      headers: json,
      body,
    })),
    badBody.map(body => ({
      method: 'PATCH',
      path: '/v1/shelves/a/books/1',
      headers: json,
      body,
    })),
    compressed.map(({ encoding, body }) => ({
      method: 'POST',
      path: '/v1/shelves/a/books',
      headers: { ...json, 'content-encoding': encoding },
      body,
    })),
    wrongContentType.map(type => ({
      method: 'POST',
      path: '/v1/shelves/a/books',
      headers: { 'content-type': type },
      body: Buffer.from('{"title":"x"}'),
    })),
    // Nothing is there.
    segment.map(each => ({
      method: 'GET',
      path: `/v1/shelves/a/books/404/${each}`,
      headers: {},
    })),
    segment.map(each => ({
      method: 'GET',
      path: `/v1/nowhere/${each}`,
      headers: {},
    })),
    segment
      .filter(each => each !== '')
      .map(each => ({
        method: 'DELETE',
        path: `/v1/isbn/${each}`,
        headers: {},
      })),
    // Parameters that are unknown, broken, too many or given twice.
    segment.map(each => ({
      method: 'GET',
      path: `/v1/shelves/a/books?${each.replace(/[&=]/g, '')}x=1`,
      headers: {},
    })),
    segment.map(each => ({
      method: 'GET',
      path: `/v1/shelves/a/books?pageSize=x${each}`,
      headers: {},
    })),
    fc.integer({ min: 501, max: 1500 }).map(count => ({
      method: 'GET',
      path: `/v1/shelves/a/books?${'a=1&'.repeat(count)}`,
      headers: {},
    })),
    fc.integer({ min: 20_000, max: 60_000 }).map(size => ({
      method: 'GET',
      path: `/v1/shelves/a/books?pageToken=${'x'.repeat(size)}`,
      headers: {},
    })),
    fc
      .constantFrom(
        ...Object.entries({
          'request-timeout': '-1',
          'idempotency-key': 'a b',
          'callboard-position': '1e9',
        }),
      )
      .map(([name, value]) => ({
        method: 'GET',
        path: '/v1/isbn/1',
        headers: { [name]: value },
      })),
    fc.constantFrom('PUT', 'POST', 'PATCH', 'DELETE', 'BREW').map(method => ({
      method,
      path: '/v1/openingHours',
      headers: {},
    })),
    bytes
      .filter(body => body.length > 0)
      .map(body => ({
        method: 'DELETE',
        path: '/v1/shelves/a/books/1',
        headers: json,
        body,
      })),
    badBody.map(body => ({
      method: 'POST',
      path: '/v1/books:import',
      headers: { 'content-type': 'application/x-ndjson' },
      body,
    })),
  );
  await fc.assert(fc.asyncProperty(request, expectRefusal), { numRuns: RUNS });
  await expectHealthy();
}, 120_000);

/** Bytes that are no CreateBookRequest, or one that is not allowed. */
const brokenProto = fc.oneof(
  // A length that goes beyond the end; a wire type that does not exist.
  fc
    .integer({ min: 1, max: 200 })
    .map(length => Buffer.from([0x0a, 0x7f, length])),
  fc
    .constantFrom(6, 7)
    .map(wireType => Buffer.from([0x08 | wireType, 1, 2, 3])),
  fc.nat({ max: 31 }).map(count => Buffer.alloc(count + 11, 0xff)),
  // Messages inside one another, deeper than allowed.
  fc.integer({ min: 101, max: 3_000 }).map(nestedAudio),
  // Well-formed, but empty.
  fc.constant(Buffer.alloc(0)),
  // Text that is not UTF-8.
  fc.constant(Buffer.from([0x0a, 0x02, 0xc3, 0x28])),
);

// eslint-disable-next-line jest/expect-expect -- what it calls asserts, or fails by never ending
it('Connect', async () => {
  const service = '/callboard.library.v1.LibraryService';
  const path = `${service}/CreateBook`;
  const json = { 'content-type': 'application/json' };
  const request: fc.Arbitrary<BadRequest> = fc.oneof(
    badBody.map(body => ({
      method: 'POST',
      path,
      headers: json,
      body: wrapBook(body),
    })),
    compressed.map(({ encoding, body }) => ({
      method: 'POST',
      path,
      headers: { ...json, 'content-encoding': encoding },
      body,
    })),
    wrongContentType.map(type => ({
      method: 'POST',
      path,
      headers: { 'content-type': type },
      body: Buffer.from('{}'),
    })),
    brokenProto.map(body => ({
      method: 'POST',
      path,
      headers: { 'content-type': 'application/proto' },
      body,
    })),
    text.map(each => ({
      method: 'GET',
      path: `${service}/GetBook?encoding=json&message=${encodeURIComponent(`{${each}`)}`,
      headers: {},
    })),
    fc
      .constantFrom(
        'encoding=xml',
        '',
        'encoding=proto&base64=1&message=!',
        'encoding=json&compression=gzip&message=x',
      )
      .map(query => ({
        method: 'GET',
        path: `${service}/GetBook?${query}`,
        headers: {},
      })),
    fc
      .constantFrom('PUT', 'DELETE', 'GET', 'PATCH')
      .map(method => ({ method, path, headers: {} })),
    fc.constantFrom('-1', 'soon', '1e3', '99999999999').map(timeout => ({
      method: 'POST',
      path,
      headers: { ...json, 'connect-timeout-ms': timeout },
      body: Buffer.from('{}'),
    })),
    text.map(each => ({
      method: 'POST',
      path: `${service}/${encodeURIComponent(each)}x`,
      headers: json,
      body: Buffer.from('{}'),
    })),
  );
  await fc.assert(fc.asyncProperty(request, expectRefusal), { numRuns: RUNS });
  await expectHealthy();
}, 120_000);

// ---------------------------------------------------------------- gRPC

const brokenEnvelope = fc.oneof(
  brokenProto.map(message => frame(message)),
  // Fewer bytes than the envelope announces, or more.
  fc
    .tuple(bytes, fc.integer({ min: 1, max: 1000 }))
    .map(([body, extra]) => frame(body, 0, body.length + extra)),
  // Announces more than is allowed, up to what 32 bits hold.
  fc
    .integer({ min: MAX_BYTES + 1, max: 0xffffffff })
    .map(length => frame(Buffer.from('x'), 0, length)),
  // Flags without a meaning; compressed without saying how.
  fc
    .tuple(fc.constantFrom(1, 2, 4, 0x40), bytes)
    .map(([flags, body]) => frame(body, flags)),
  // Two messages where one is wanted; none at all; no envelope.
  fc.constant(Buffer.concat([frame(Buffer.alloc(0)), frame(Buffer.alloc(0))])),
  fc.constant(Buffer.alloc(0)),
  bytes.filter(body => body.length < 5),
);

it('gRPC-web', async () => {
  const path = '/callboard.library.v1.LibraryService/CreateBook';
  await fc.assert(
    fc.asyncProperty(
      brokenEnvelope,
      fc.constantFrom(
        'application/grpc-web+proto',
        'application/grpc-web',
        'application/grpc-web+json',
        'application/grpc-web-text',
        'application/connect+proto',
      ),
      fc.constantFrom(
        {},
        { 'grpc-timeout': 'soon' },
        { 'grpc-encoding': 'lz4' },
        { 'x-grpc-web': '1' },
      ),
      async (body, contentType, headers) => {
        const begun = Date.now();
        const response = await fetch(`${started.baseUrl}${path}`, {
          method: 'POST',
          headers: {
            ...HEADERS,
            'content-type': contentType,
            ...(headers as Record<string, string>),
          },
          body,
        });
        const answer = Buffer.from(await response.arrayBuffer());
        const status = /grpc-status: (\d+)/.exec(
          answer.toString('latin1'),
        )?.[1];
        // 415 is HTTP's own word for INVALID_ARGUMENT here.
        expectStatus(response.status === 415 ? 3 : Number(status));
        expect(Date.now() - begun).toBeLessThan(IN_TIME_MS);
      },
    ),
    { numRuns: RUNS },
  );
  await expectHealthy();
}, 120_000);

it('gRPC', async () => {
  let session = await openGrpc();
  await fc.assert(
    fc.asyncProperty(
      brokenEnvelope,
      fc.constantFrom(
        'CreateBook',
        'ImportBooks',
        'Echo',
        'WatchBooks',
        'Nonsense',
        '../../x',
      ),
      fc.constantFrom(
        {},
        { 'grpc-timeout': '1y' },
        { 'grpc-encoding': 'lz4' },
        { 'content-type': 'application/grpc+json' },
        { 'idempotency-key': ' ' },
      ),
      async (body, method, headers) => {
        const begun = Date.now();
        if (session.closed || session.destroyed) {
          session = await openGrpc();
        }
        const answer = await grpcCall(session, method, body, {
          ...HEADERS,
          ...(headers as Record<string, string>),
        });
        // An empty stream is a good one for these.
        if (
          ['ImportBooks', 'Echo', 'WatchBooks'].includes(method) &&
          answer.status === 0
        ) {
          return;
        }
        expectStatus(answer.status);
        expect(Date.now() - begun).toBeLessThan(IN_TIME_MS);
      },
    ),
    { numRuns: RUNS },
  );
  await expectHealthy();
  session.close();
}, 120_000);

// eslint-disable-next-line jest/expect-expect -- what it calls asserts, or fails by never ending
it('bytes that are no HTTP at all', async () => {
  const { port, hostname } = new URL(started.baseUrl);
  const [grpcHost, grpcPort] = started.grpcAddress.split(':');
  const lines = fc.oneof(
    bytes,
    text.map(each =>
      Buffer.from(`GET /${each} HTTP/1.1\r\nHost: x\r\n${each}\r\n\r\n`),
    ),
    fc.constant(
      Buffer.from(
        'POST /api/library/v1/fail HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\nx',
      ),
    ),
    fc.constant(
      Buffer.from(`GET / HTTP/1.1\r\n${'A: b\r\n'.repeat(5000)}\r\n`),
    ),
    fc.constant(Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n')),
  );
  await fc.assert(
    fc.asyncProperty(lines, fc.boolean(), async (line, toGrpc) => {
      const socket = net.connect(
        toGrpc ? Number(grpcPort) : Number(port),
        toGrpc ? grpcHost : hostname,
      );
      socket.on('error', () => {});
      socket.end(line);
      socket.resume();
      await new Promise(resolve => {
        socket.once('close', resolve);
        setTimeout(() => socket.destroy(), 100);
      });
    }),
    { numRuns: 60 },
  );
  await expectHealthy();
}, 60_000);

describe('a body that does not come', () => {
  it.each([
    ['/v1/shelves/a/books', 'application/json', '408'],
    [
      '/callboard.library.v1.LibraryService/CreateBook',
      'application/json',
      '408',
    ],
    ['/v1/books:import', 'application/x-ndjson', '408'],
  ])('is waited for only so long at %s', async (path, contentType, status) => {
    expect(await sendSlowly(path, contentType)).toContain(` ${status} `);
  });

  it('is waited for only so long by gRPC-web', async () => {
    expect(
      await sendSlowly(
        '/callboard.library.v1.LibraryService/CreateBook',
        'application/grpc-web+proto',
      ),
    ).toContain('grpc-status: 4');
  });

  it('is waited for only so long by gRPC', async () => {
    const session = await openGrpc();
    const stream = session.request(grpcHeaders('CreateBook', HEADERS));
    stream.write(Buffer.from([0, 0]));
    expect((await outcomeOf(stream)).status).toBe(4);
    // A caller that never ends its side is cut off.
    await new Promise(resolve => stream.once('close', resolve));
    session.close();
  });
});

it('refuses more than the limit without reading it', async () => {
  const { port, hostname, pathname } = new URL(started.baseUrl);
  const socket = net.connect(Number(port), hostname);
  socket.write(
    `POST ${pathname}/v1/shelves/a/books HTTP/1.1\r\nHost: x\r\nAuthorization: ${HEADERS.authorization}\r\nContent-Type: application/json\r\nContent-Length: 999999999\r\n\r\n{`,
  );
  const answer = await new Promise<string>(resolve =>
    socket.once('data', data => resolve(data.toString())),
  );
  socket.destroy();
  expect(answer).toContain(' 413 ');
  expect(answer.toLowerCase()).toContain('connection: close');
});

it('does not read what an unknown caller sends', async () => {
  const response = await fetch(`${started.baseUrl}/v1/shelves/a/books`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{"broken',
  });
  expect(response.status).toBe(401);
});

// ---------------------------------------------------------------- tools

/** Sends the start of a body and nothing more. */
async function sendSlowly(path: string, contentType: string): Promise<string> {
  const { port, hostname, pathname } = new URL(started.baseUrl);
  const socket = net.connect(Number(port), hostname);
  socket.write(
    `POST ${pathname}${path} HTTP/1.1\r\nHost: x\r\nAuthorization: ${HEADERS.authorization}\r\nContent-Type: ${contentType}\r\nContent-Length: 100\r\n\r\n{`,
  );
  let answer = '';
  socket.on('data', data => {
    answer += data.toString('latin1');
  });
  await new Promise(resolve => socket.once('close', resolve));
  return answer;
}

function openGrpc(): Promise<http2.ClientHttp2Session> {
  const session = http2.connect(`http://${started.grpcAddress}`);
  session.on('error', () => {});
  return new Promise(resolve =>
    session.once('connect', () => resolve(session)),
  );
}

function grpcHeaders(method: string, headers: Record<string, string>) {
  return {
    ':method': 'POST',
    ':path': `/callboard.library.v1.LibraryService/${method}`,
    'content-type': 'application/grpc+proto',
    te: 'trailers',
    ...headers,
  };
}

function grpcCall(
  session: http2.ClientHttp2Session,
  method: string,
  body: Buffer,
  headers: Record<string, string>,
): Promise<{ status: number }> {
  const stream = session.request(grpcHeaders(method, headers));
  stream.end(body);
  return outcomeOf(stream);
}

function outcomeOf(
  stream: http2.ClientHttp2Stream,
): Promise<{ status: number }> {
  return new Promise(resolve => {
    let status = Number.NaN;
    const look = (headers: Record<string, unknown>) => {
      if (headers['grpc-status'] !== undefined) {
        status = Number(headers['grpc-status']);
      } else if (headers[':status'] === 415) {
        status = 3;
      }
    };
    stream.on('response', look);
    stream.on('trailers', headers => {
      look(headers);
      resolve({ status });
    });
    stream.on('error', () => {});
    stream.on('close', () => resolve({ status }));
    stream.resume();
  });
}

/** A refusal that blames the request: neither success nor our own fault. */
function expectStatus(status: number): void {
  // INVALID_ARGUMENT, DEADLINE_EXCEEDED, RESOURCE_EXHAUSTED, OUT_OF_RANGE, UNIMPLEMENTED
  expect([3, 4, 8, 11, 12]).toContain(status);
}

/** A gRPC message: a byte of flags, four of length, the message. */
function frame(message: Buffer, flags = 0, length = message.length): Buffer {
  const head = Buffer.alloc(5);
  head.writeUInt8(flags);
  head.writeUInt32BE(length, 1);
  return Buffer.concat([head, message]);
}

/** CreateBookRequest.book.audio.chapters[0].chapters[0]… */
function nestedAudio(depth: number): Buffer {
  let message = Buffer.alloc(0);
  for (let level = 0; level < depth; level++) {
    message = Buffer.concat([
      Buffer.from([0x12, ...varint(message.length)]),
      message,
    ]);
  }
  const audio = Buffer.concat([
    Buffer.from([0xa2, 0x01, ...varint(message.length)]),
    message,
  ]);
  return Buffer.concat([Buffer.from([0x12, ...varint(audio.length)]), audio]);
}

function varint(value: number): number[] {
  return value < 128
    ? [value]
    : [(value % 128) + 128, ...varint(Math.floor(value / 128))];
}

/** Bodies for the book alone, for a method that takes the whole request. */
function wrapBook(body: Buffer): Buffer {
  return Buffer.concat([
    Buffer.from('{"parent":"shelves/a","book":'),
    body,
    Buffer.from('}'),
  ]);
}

function pack(encoding: string, data: Buffer): Buffer {
  switch (encoding) {
    case 'gzip':
      return gzipSync(data);
    case 'br':
      return brotliCompressSync(data);
    default:
      return deflateSync(data);
  }
}

function isObject(json: string): boolean {
  try {
    const value = JSON.parse(json);
    return typeof value === 'object' && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
}
