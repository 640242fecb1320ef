/**
 * A request in JSON that is wrong in several ways is answered with all of them,
 * whatever carries it. (Binary messages have no unknown fields and no wrong
 * types; transports.test.ts sends those.)
 */
import http2 from 'node:http2';
import { base64Decode } from '@bufbuild/protobuf/wire';
import { fromBinary } from '@bufbuild/protobuf';
import { Code, ConnectError } from '@connectrpc/connect';
import {
  ApiError,
  fromConnectError,
  fromErrorBody,
} from '@callboard/api-client';
import {
  createEndStreamSerialization,
  errorFromJson,
} from '@connectrpc/connect/protocol-connect';
import { StatusSchema } from './gen/google/rpc/status_pb';
import { HEADERS } from './__testUtils__/callers';
import {
  startLibrary,
  type StartedLibrary,
} from './__testUtils__/startLibrary';

// Starting a backend takes its time on a busy machine.
jest.setTimeout(60_000);

const SERVICE = 'callboard.library.v1.LibraryService';
const request = {
  parent: 'shelves/a',
  limit: -1,
  failAfter: 'soon',
  nope: 1,
};
const expected = [
  'failAfter WRONG_TYPE',
  'nope UNKNOWN_FIELD',
  'limit INT32_GTE',
];

let started: StartedLibrary;
beforeAll(async () => {
  started = await startLibrary();
});
afterAll(() => started?.stop());

function envelope(json: unknown): Buffer {
  const data = Buffer.from(JSON.stringify(json));
  const head = Buffer.alloc(5);
  head.writeUInt32BE(data.length, 1);
  return Buffer.concat([head, data]);
}

async function post(
  path: string,
  contentType: string,
  body: string | Buffer,
): Promise<Buffer> {
  const response = await fetch(`${started.baseUrl}${path}`, {
    method: 'POST',
    headers: { ...HEADERS, 'content-type': contentType },
    body,
  });
  return Buffer.from(await response.arrayBuffer());
}

/** An error without what is different for each call. */
function told(error: ApiError | undefined) {
  return {
    code: error?.code,
    status: error?.status,
    retryable: error?.retryable,
    hasCorrelationId: error?.correlationId !== undefined,
    faults: error?.fields.map(({ field, rule }) => `${field} ${rule}`),
  };
}

const refusal = (faults: readonly string[]) => ({
  code: 'REQUEST_INVALID',
  status: 'INVALID_ARGUMENT',
  retryable: false,
  hasCorrelationId: true,
  faults,
});

it('of REST, also from query and path', async () => {
  const response = await fetch(
    `${started.baseUrl}/v1/shelves/a/books:watch?limit=-1&failAfter=soon&nope=1`,
    { headers: HEADERS },
  );
  expect(response.status).toBe(400);
  expect(told(fromErrorBody(await response.json()))).toEqual(
    refusal(['nope UNKNOWN_FIELD', 'failAfter WRONG_TYPE', 'limit INT32_GTE']),
  );
});

it('of REST, from a body and the query', async () => {
  const response = await fetch(
    `${started.baseUrl}/v1/shelves/a/books?validateOnly=perhaps&x=1`,
    {
      method: 'POST',
      headers: { ...HEADERS, 'content-type': 'application/json' },
      body: JSON.stringify({ title: '', isbn: 5, pages: -1 }),
    },
  );
  expect(told(fromErrorBody(await response.json()))).toEqual(
    refusal([
      'x UNKNOWN_FIELD',
      'book.isbn WRONG_TYPE',
      'validateOnly WRONG_TYPE',
      'book.title STRING_MIN_LEN',
      'book.pages INT32_GTE_LTE',
    ]),
  );
});

it('of one line of a REST stream', async () => {
  const body = await post(
    '/v1/books:import',
    'application/x-ndjson',
    '{"parent":"shelves/a"}\n{"parent":"","book":{"pages":"x","title":""}}\n',
  );
  const error = fromErrorBody(JSON.parse(body.toString()));
  expect(error?.metadata).toEqual({ line: '2' });
  expect(told(error)).toEqual(
    refusal([
      'book.pages WRONG_TYPE',
      'parent STRING_MIN_LEN',
      'book.title STRING_MIN_LEN',
    ]),
  );
});

it('of a Connect call', async () => {
  const body = await post(
    `/${SERVICE}/CreateBook`,
    'application/json',
    JSON.stringify({ parent: '', book: { title: '', pages: 'x' }, nope: 1 }),
  );
  const error = errorFromJson(
    JSON.parse(body.toString()),
    undefined,
    new ConnectError('', Code.Unknown),
  );
  expect(told(fromConnectError(error))).toEqual(
    refusal([
      'book.pages WRONG_TYPE',
      'nope UNKNOWN_FIELD',
      'parent REQUIRED',
      'book.title STRING_MIN_LEN',
    ]),
  );
});

it('of a Connect stream', async () => {
  const body = await post(
    `/${SERVICE}/WatchBooks`,
    'application/connect+json',
    envelope(request),
  );
  const { error } = createEndStreamSerialization(undefined).parse(
    body.subarray(5),
  );
  expect(told(fromConnectError(error))).toEqual(refusal(expected));
});

function fromStatus(trailer: string): ApiError {
  const details = /^grpc-status-details-bin: *(\S+)/im.exec(trailer)?.[1];
  const {
    code,
    message,
    details: any,
  } = fromBinary(StatusSchema, base64Decode(details!));
  const error = new ConnectError(message, code);
  error.details = any.map(({ typeUrl, value }) => ({
    type: typeUrl.slice(typeUrl.lastIndexOf('/') + 1),
    value,
  }));
  return fromConnectError(error);
}

it('of gRPC-web', async () => {
  const body = await post(
    `/${SERVICE}/WatchBooks`,
    'application/grpc-web+json',
    envelope(request),
  );
  expect(told(fromStatus(body.subarray(5).toString()))).toEqual(
    refusal(expected),
  );
});

it('of gRPC', async () => {
  const session = http2.connect(`http://${started.grpcAddress}`);
  try {
    const stream = session.request({
      ':method': 'POST',
      ':path': `/${SERVICE}/WatchBooks`,
      'content-type': 'application/grpc+json',
      te: 'trailers',
      ...HEADERS,
    });
    stream.end(envelope(request));
    const trailers = await new Promise<http2.IncomingHttpHeaders>(
      (resolve, reject) => {
        stream.once('trailers', resolve);
        stream.once('error', reject);
        stream.resume();
      },
    );
    expect(
      told(
        fromStatus(
          `grpc-status-details-bin: ${trailers['grpc-status-details-bin']}`,
        ),
      ),
    ).toEqual(refusal(expected));
  } finally {
    session.close();
  }
});
