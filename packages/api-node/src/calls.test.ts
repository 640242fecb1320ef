/**
 * What is true of every call: who may make it, how long it may take, what its
 * headers do. On each transport.
 */
import { AuthorizeResult } from '@backstage/plugin-permission-common';
import { mockCredentials } from '@backstage/backend-test-utils';
import {
  toBinary,
  fromBinary,
  toJson,
  fromJson,
  type JsonValue,
} from '@bufbuild/protobuf';
import {
  Code,
  ConnectError,
  createClient,
  type Transport,
} from '@connectrpc/connect';
import {
  createConnectTransport,
  createGrpcWebTransport,
} from '@connectrpc/connect-web';
import {
  ApiError,
  fromConnectError,
  fromErrorBody,
} from '@callboard/api-client';
import { LibraryService } from './__fixtures__/library/gen/callboard/library/v1/library_pb';
import { fromGrpcError } from './__testUtils__/callers';
import { library as definition } from './__testUtils__/definitions';
import { openGrpcClient, type GrpcClient } from './__testUtils__/grpcClient';
import {
  startLibrary,
  userToken,
  type StartedLibrary,
} from './__testUtils__/startLibrary';

// Starting a backend takes its time on a busy machine.
jest.setTimeout(60_000);

let started: StartedLibrary;
let grpc: GrpcClient;

beforeAll(async () => {
  started = await startLibrary({
    callboard: {
      grpc: { port: 0 },
      api: { positionTimeout: { milliseconds: 50 } },
    },
  });
  grpc = await openGrpcClient(started.grpcAddress);
});

afterAll(async () => {
  grpc?.close();
  await started?.stop();
});

beforeEach(() => {
  jest.clearAllMocks();
  started.library.books.clear();
  started.library.add({ name: 'shelves/a/books/1', title: 'First' });
  started.library.waitForPosition = async () => {};
});

interface Answer {
  readonly json?: any; // any: each test knows the method
  readonly error?: ApiError;
  readonly header: (name: string) => string | undefined;
}

type Send = (
  method:
    | 'GetBook'
    | 'UpdateBook'
    | 'DeleteBook'
    | 'DescribeCall'
    | 'CreateBook'
    | 'GetOpeningHours'
    | 'Wait'
    | 'ImportBooks',
  request: JsonValue,
  headers?: Record<string, string>,
  timeoutMs?: number,
  signal?: AbortSignal,
) => Promise<Answer>;

const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
const asUser = bearer(userToken);

const REST: Record<string, (request: any) => [string, string, unknown?]> = {
  // any: as above
  GetBook: ({ name }) => ['GET', `/v1/${name}`],
  UpdateBook: ({ book }) => [
    'PATCH',
    `/v1/${book.name}`,
    { title: book.title },
  ],
  DeleteBook: ({ name }) => ['DELETE', `/v1/${name}`],
  DescribeCall: () => ['POST', '/v1/call', {}],
  CreateBook: ({ parent, book }) => ['POST', `/v1/${parent}/books`, book],
  GetOpeningHours: () => ['GET', '/v1/openingHours'],
  Wait: () => ['GET', '/v1/wait'],
};

function viaTransport(transport: () => Transport): Send {
  return async (method, request, headers = {}, timeoutMs, signal) => {
    const desc = definition.methods.find(({ name }) => name === method)!;
    try {
      const response = await transport().unary(
        desc as never,
        signal,
        timeoutMs,
        headers,
        fromJson(desc.input, request) as never,
      );
      return {
        json: toJson(desc.output, response.message as never),
        header: name => response.header.get(name) ?? undefined,
      };
    } catch (thrown) {
      return {
        error: fromConnectError(thrown),
        header: name =>
          thrown instanceof ConnectError
            ? (thrown.metadata.get(name) ?? undefined)
            : undefined,
      };
    }
  };
}

const transports: Record<string, Send> = {
  Connect: viaTransport(() =>
    createConnectTransport({ baseUrl: started.baseUrl }),
  ),
  'gRPC-web': viaTransport(() =>
    createGrpcWebTransport({ baseUrl: started.baseUrl }),
  ),
  gRPC: async (method, request, headers = {}, timeoutMs) => {
    const desc = definition.methods.find(({ name }) => name === method)!;
    const outcome = await grpc.call(
      desc,
      [toBinary(desc.input, fromJson(desc.input, request))],
      headers,
      timeoutMs === undefined
        ? {}
        : { deadline: new Date(Date.now() + timeoutMs) },
    );
    const [answer] = outcome.answers;
    return {
      json: answer && toJson(desc.output, fromBinary(desc.output, answer)),
      error: outcome.error && fromGrpcError(outcome.error),
      header: name => outcome.headers[name.toLowerCase()],
    };
  },
  REST: async (method, request, headers = {}, timeoutMs, signal) => {
    const [httpMethod, path, body] = REST[method]!(request);
    const response = await fetch(`${started.baseUrl}${path}`, {
      method: httpMethod,
      signal,
      headers: {
        ...headers,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(timeoutMs === undefined
          ? {}
          : { 'request-timeout': `${timeoutMs / 1000}` }),
      },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    const json = await response.json();
    return {
      ...(response.ok ? { json } : { error: fromErrorBody(json) }),
      header: name => response.headers.get(name) ?? undefined,
    };
  },
};

describe.each(Object.entries(transports))('%s', (name, send) => {
  const getBook = { name: 'shelves/a/books/1' };

  describe('the caller', () => {
    it.each([
      ['no credentials', {}],
      ['a token that is none', bearer('nonsense')],
      ['another scheme', { authorization: 'Basic dXNlcjpwYXNz' }],
    ])('is turned away with %s', async (_, headers) => {
      const { error } = await send('GetBook', getBook, headers as never);
      expect(error).toMatchObject({
        code: 'UNAUTHENTICATED',
        status: 'UNAUTHENTICATED',
        retryable: false,
      });
      expect(error?.correlationId).toBeTruthy();
    });

    it('may be a user or a service where the policy says so', async () => {
      const { json } = await send('DescribeCall', {}, asUser);
      expect(json.principal).toBe('user:user:default/mock');
      const service = await send(
        'DescribeCall',
        {},
        bearer(
          mockCredentials.service.token({
            targetPluginId: 'library',
            onBehalfOf: mockCredentials.service(),
          }),
        ),
      );
      expect(service.json.principal).toBe('machine:external:test-service');
    });

    it('is turned away when the method is not for its kind', async () => {
      const { error } = await send(
        'DeleteBook',
        getBook,
        bearer(
          mockCredentials.service.token({
            targetPluginId: 'library',
            onBehalfOf: mockCredentials.service(),
          }),
        ),
      );
      expect(error).toMatchObject({
        status: 'PERMISSION_DENIED',
        message: 'This method is not for service credentials',
      });
    });

    it('needs none for a public method', async () => {
      const { json } = await send('GetOpeningHours', {}, {});
      expect(json).toEqual({ text: 'always' });
    });

    it('needs the permission that the policy names', async () => {
      started.permissions.authorize.mockResolvedValueOnce([
        { result: AuthorizeResult.DENY },
      ]);
      const { error } = await send('DeleteBook', getBook, asUser);
      expect(error).toMatchObject({
        code: 'PERMISSION_DENIED',
        metadata: { permission: 'library.book.delete' },
      });
      expect(started.library.books.size).toBe(1);
      expect(started.auditor.createEvent).toHaveBeenCalledWith(
        expect.objectContaining({
          eventId: 'delete-book',
          meta: expect.objectContaining({
            actor: 'user:user:default/mock',
            code: 'PERMISSION_DENIED',
          }),
        }),
      );
    });

    it('needs the permission on the resource that the request names', async () => {
      started.permissions.authorize.mockResolvedValueOnce([
        { result: AuthorizeResult.DENY },
      ]);
      const { error } = await send(
        'UpdateBook',
        { book: { name: 'shelves/a/books/1', title: 'New' } },
        asUser,
      );
      expect(error).toMatchObject({ status: 'PERMISSION_DENIED' });
      expect(started.permissions.authorize).toHaveBeenCalledWith(
        [expect.objectContaining({ resourceRef: 'shelves/a/books/1' })],
        expect.anything(),
      );
    });

    it('is recorded where the policy asks for it', async () => {
      await send('DeleteBook', getBook, asUser);
      expect(started.auditor.createEvent).toHaveBeenCalledWith(
        expect.objectContaining({
          eventId: 'delete-book',
          severityLevel: 'high',
        }),
      );
    });
  });

  describe('the correlation id', () => {
    it('is the one given', async () => {
      const { json, header } = await send(
        'DescribeCall',
        {},
        { ...asUser, 'x-correlation-id': 'abc-1' },
      );
      expect(json.correlationId).toBe('abc-1');
      expect(header('x-correlation-id')).toBe('abc-1');
    });

    it.each(['', 'with blank', 'x'.repeat(129)])(
      'is replaced when it is %j',
      async given => {
        const { json } = await send(
          'DescribeCall',
          {},
          { ...asUser, 'x-correlation-id': given },
        );
        expect(json.correlationId).toMatch(/^[0-9a-f-]{36}$/);
      },
    );

    it('is in errors', async () => {
      const { error } = await send(
        'GetBook',
        { name: 'shelves/a/books/2' },
        { ...asUser, 'x-correlation-id': 'abc-2' },
      );
      expect(error).toMatchObject({
        code: 'NOT_FOUND',
        correlationId: 'abc-2',
      });
    });
  });

  describe('the idempotency key', () => {
    const commandId = async (headers: Record<string, string>) =>
      (await send('DescribeCall', {}, { ...asUser, ...headers })).json
        .commandId;

    it('gives the same command id for the same key, quoted or not', async () => {
      const first = await commandId({ 'idempotency-key': 'k-1' });
      expect(await commandId({ 'idempotency-key': '"k-1"' })).toBe(first);
      expect(await commandId({ 'idempotency-key': 'k-2' })).not.toBe(first);
    });

    it('is not shared between callers', async () => {
      const other = await send(
        'DescribeCall',
        {},
        {
          ...bearer(mockCredentials.user.token('user:default/other')),
          'idempotency-key': 'k-1',
        },
      );
      expect(other.json.commandId).not.toBe(
        await commandId({ 'idempotency-key': 'k-1' }),
      );
    });

    it('gives a command id of its own to a call without one', async () => {
      expect(await commandId({})).not.toBe(await commandId({}));
    });

    it.each(['""', 'with blank', 'x'.repeat(129)])(
      'is refused as %j',
      async key => {
        const { error } = await send(
          'DescribeCall',
          {},
          { ...asUser, 'idempotency-key': key },
        );
        expect(error).toMatchObject({
          status: 'INVALID_ARGUMENT',
          fields: [{ field: 'Idempotency-Key', rule: 'HEADER_INVALID' }],
        });
      },
    );
  });

  describe('the position', () => {
    it('of a command is in its answer', async () => {
      const { header } = await send(
        'CreateBook',
        { parent: 'shelves/a', book: { title: 'New' } },
        asUser,
      );
      expect(header('callboard-position')).toBe('2');
    });

    it('of a read is waited for', async () => {
      const seen: number[] = [];
      started.library.waitForPosition = async position => {
        seen.push(position);
      };
      await send('GetBook', getBook, { ...asUser, 'callboard-position': '42' });
      await send('GetBook', getBook, { ...asUser, 'callboard-position': '0' });
      await send('DescribeCall', {}, { ...asUser, 'callboard-position': '43' });
      expect(seen).toEqual([42]);
    });

    it('is not waited for longer than configured', async () => {
      started.library.waitForPosition = () => new Promise(() => {});
      const { error } = await send('GetBook', getBook, {
        ...asUser,
        'callboard-position': '42',
      });
      expect(error).toMatchObject({
        code: 'POSITION_NOT_REACHED',
        status: 'UNAVAILABLE',
        retryable: true,
        retryAfterMs: 1000,
      });
    });

    it.each(['-1', '1.5', 'x', '9'.repeat(16)])(
      'is refused as %s',
      async position => {
        const { error } = await send('GetBook', getBook, {
          ...asUser,
          'callboard-position': position,
        });
        expect(error).toMatchObject({
          status: 'INVALID_ARGUMENT',
          fields: [{ field: 'Callboard-Position' }],
        });
      },
    );
  });

  describe('the deadline', () => {
    it('is known to the handler and ends it', async () => {
      const ended = new Promise<any>(resolve => {
        // any: whatever the signal's reason is
        started.library.onWaitEnded = resolve;
      });
      // Long enough for the call to get to its handler.
      const { error } = await send('Wait', {}, asUser, 1000);
      expect(error).toMatchObject({ status: 'DEADLINE_EXCEEDED' });
      // The caller hangs up at its deadline, and may be first: the handler
      // then hears of that, as ours, gRPC's code or as the web's AbortError.
      expect([
        'DEADLINE_EXCEEDED',
        'CANCELLED',
        Code.DeadlineExceeded,
        Code.Canceled,
        DOMException.ABORT_ERR,
      ]).toContain((await ended).code);
    });

    it('is absent when the caller has none', async () => {
      expect(
        (await send('DescribeCall', {}, asUser)).json.hasDeadline ?? false,
      ).toBe(false);
      expect(
        (await send('DescribeCall', {}, asUser, 5000)).json.hasDeadline,
      ).toBe(true);
    });
  });

  if (name !== 'gRPC') {
    it('ends a handler whose caller goes away', async () => {
      const controller = new AbortController();
      const begun = new Promise<void>(resolve => {
        started.library.onWaitBegun = resolve;
      });
      const ended = new Promise(resolve => {
        started.library.onWaitEnded = resolve;
      });
      const call = send('Wait', {}, asUser, undefined, controller.signal).catch(
        () => {},
      );
      await begun;
      controller.abort();
      await call;
      await expect(ended).resolves.toBeDefined();
    });
  }

  it('tells nothing of an unexpected error, but logs it', async () => {
    const broken = jest.spyOn(started.library, 'get').mockImplementation(() => {
      throw new Error('password=hunter2');
    });
    const { error } = await send('GetBook', getBook, {
      ...asUser,
      'x-correlation-id': 'find-me',
    });
    broken.mockRestore();
    expect(error).toMatchObject({
      code: 'INTERNAL',
      message: 'Something went wrong on the server',
    });
    expect(JSON.stringify(error)).not.toContain('hunter2');
    expect(started.loggedErrors()).toContainEqual(
      expect.objectContaining({
        correlationId: 'find-me',
        error: 'Error: password=hunter2',
      }),
    );
  });
});

it('streams both ways over gRPC', async () => {
  const desc = definition.methods.find(({ name }) => name === 'Echo')!;
  const texts = ['one', 'two', 'three'];
  const { answers, error } = await grpc.call(
    desc,
    texts.map(text => toBinary(desc.input, fromJson(desc.input, { text }))),
    asUser,
  );
  expect(error).toBeUndefined();
  expect(
    answers.map(each => toJson(desc.output, fromBinary(desc.output, each))),
  ).toEqual(texts.map(text => ({ text })));
});

it('checks each message of a stream', async () => {
  const desc = definition.methods.find(({ name }) => name === 'Echo')!;
  const { answers, error } = await grpc.call(
    desc,
    ['fine', 'x'.repeat(1001)].map(text =>
      toBinary(desc.input, fromJson(desc.input, { text })),
    ),
    asUser,
  );
  expect(answers).toHaveLength(1);
  expect(error && fromGrpcError(error)).toMatchObject({
    fields: [{ field: 'text', rule: 'STRING_MAX_LEN' }],
  });
});

it('gives a typed client over Connect', async () => {
  const client = createClient(
    LibraryService,
    createConnectTransport({ baseUrl: started.baseUrl }),
  );
  const book = await client.getBook(
    { name: 'shelves/a/books/1' },
    { headers: asUser },
  );
  expect(book.title).toBe('First');
});
