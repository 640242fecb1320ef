import { createFetchApi, FetchMiddlewares } from '@backstage/core-app-api';
import { createApiClient } from './createApiClient';
import { ApiError } from './ApiError';
import { toErrorBody } from './errorBody';
import { toConnectError } from './errorDetails';
import { errorToJson } from '@connectrpc/connect/protocol-connect';
import { GreeterService } from './__fixtures__/greeter/gen/callboard/greeter/v1/greeter_pb';
import { SeenPosition } from './SeenPosition';

/** The edge of the network: what was asked, and what is answered. */
class Network {
  readonly requests: { url: string; headers: Headers; body: unknown }[] = [];
  readonly answers: (() => Response | Promise<Response>)[] = [];
  readonly pauses: number[] = [];
  readonly seenPosition = new SeenPosition();

  readonly fetch: typeof fetch = async (input, init) => {
    const request = new Request(input, init);
    this.requests.push({
      url: request.url,
      headers: request.headers,
      body: await request
        .clone()
        .json()
        .catch(() => undefined),
    });
    const answer = this.answers.shift();
    if (!answer) {
      throw new Error('The test has no more answers');
    }
    request.signal.throwIfAborted();
    return answer();
  };

  readonly clock = {
    sleep: async (ms: number, signal?: AbortSignal) => {
      signal?.throwIfAborted();
      this.pauses.push(ms);
    },
    random: () => 0.5,
  };

  client() {
    const fetchApi = createFetchApi({
      baseImplementation: this.fetch,
      middleware: [
        FetchMiddlewares.resolvePluginProtocol({
          discoveryApi: {
            getBaseUrl: async pluginId => `http://portal/api/${pluginId}`,
          },
        }),
      ],
    });
    return createApiClient(GreeterService, {
      pluginId: 'greeter',
      fetchApi,
      seenPosition: this.seenPosition,
      clock: this.clock,
    });
  }
}

const json = (value: unknown, init: ResponseInit = {}) =>
  new Response(JSON.stringify(value), {
    ...init,
    headers: { 'content-type': 'application/json', ...init.headers },
  });
const failure =
  (options: Partial<ConstructorParameters<typeof ApiError>[1]>) => () =>
    json(
      errorToJson(
        toConnectError(
          new ApiError('No', {
            code: 'GREETER_NO',
            status: 'UNAVAILABLE',
            correlationId: 'c-1',
            ...options,
          }),
          'greeter.callboard.io',
        ),
        undefined,
      ),
      { status: 503 },
    );
const unreachable = () => {
  throw new TypeError('Failed to fetch');
};

it("asks the plugin through Backstage's fetchApi", async () => {
  const network = new Network();
  network.answers.push(() => json({ text: 'Hello' }));
  const answer = await network.client().readGreeting({ name: 'Ann' });
  expect(answer.text).toBe('Hello');
  expect(network.requests).toMatchObject([
    {
      url: 'http://portal/api/greeter/callboard.greeter.v1.GreeterService/ReadGreeting',
      body: { name: 'Ann' },
    },
  ]);
});

it('throws an error that a screen can show', async () => {
  const network = new Network();
  network.answers.push(
    failure({
      status: 'INVALID_ARGUMENT',
      fields: [
        { field: 'name', rule: 'STRING_MIN_LEN', message: 'is too short' },
      ],
    }),
  );
  const error = await network
    .client()
    .greet({})
    .catch(thrown => thrown);
  expect(error).toBeInstanceOf(ApiError);
  expect(error).toMatchObject({
    message: 'No',
    code: 'GREETER_NO',
    status: 'INVALID_ARGUMENT',
    correlationId: 'c-1',
    retryable: false,
    fields: [
      { field: 'name', rule: 'STRING_MIN_LEN', message: 'is too short' },
    ],
  });
});

describe('repeats', () => {
  it('a read that did not get through, with growing pauses', async () => {
    const network = new Network();
    network.answers.push(
      unreachable,
      failure({ retryable: true }),
      unreachable,
      () => json({ text: 'Hello' }),
    );
    await network.client().readGreeting({});
    expect(network.pauses).toEqual([100, 200, 400]);
  });

  it('not for ever', async () => {
    const network = new Network();
    network.answers.push(unreachable, unreachable, unreachable, unreachable);
    await expect(network.client().readGreeting({})).rejects.toMatchObject({
      code: 'UNREACHABLE',
    });
    expect(network.requests).toHaveLength(4);
  });

  it('as late as the server asks, but not later than is bearable', async () => {
    const network = new Network();
    network.answers.push(failure({ retryable: true, retryAfterMs: 2000 }), () =>
      json({}),
    );
    await network.client().readGreeting({});
    expect(network.pauses).toEqual([2100]);
    network.answers.push(failure({ retryable: true, retryAfterMs: 60_000 }));
    await expect(network.client().readGreeting({})).rejects.toMatchObject({
      retryAfterMs: 60_000,
    });
  });

  it('a command only when the server says that nothing was done, under the same key', async () => {
    const network = new Network();
    network.answers.push(failure({ retryable: true }), () => json({}));
    await network.client().greet({});
    const keys = network.requests.map(({ headers }) =>
      headers.get('idempotency-key'),
    );
    expect(keys[0]).toMatch(/^[0-9a-f-]{36}$/);
    expect(keys[1]).toBe(keys[0]);
    network.answers.push(unreachable);
    await expect(network.client().greet({})).rejects.toMatchObject({
      code: 'UNREACHABLE',
    });
  });

  it('an idempotent command like a read', async () => {
    const network = new Network();
    network.answers.push(unreachable, () => json({}));
    await network.client().setGreeting({});
    expect(network.requests).toHaveLength(2);
  });

  it('no refusal', async () => {
    const network = new Network();
    network.answers.push(failure({ status: 'PERMISSION_DENIED' }));
    await expect(network.client().readGreeting({})).rejects.toMatchObject({
      status: 'PERMISSION_DENIED',
    });
  });

  it('nothing once it was aborted', async () => {
    const network = new Network();
    const controller = new AbortController();
    network.answers.push(() => {
      controller.abort();
      return unreachable();
    });
    await expect(
      network.client().readGreeting({}, { signal: controller.signal }),
    ).rejects.toMatchObject({ status: 'CANCELLED' });
    expect(network.requests).toHaveLength(1);
  });
});

describe('what was written is seen', () => {
  it('by the next read, and by no command', async () => {
    const network = new Network();
    const client = network.client();
    network.answers.push(
      () => json({}),
      () => json({}, { headers: { 'callboard-position': '7' } }),
      () => json({}, { headers: { 'callboard-position': '5' } }),
      () => json({}),
      () => json({}),
    );
    await client.readGreeting({});
    await client.greet({});
    await client.greet({});
    await client.readGreeting({});
    await client.greet({});
    expect(
      network.requests.map(({ headers }) => headers.get('callboard-position')),
    ).toEqual([null, null, null, '7', null]);
  });

  it('whatever the header says', () => {
    const seen = new SeenPosition();
    for (const header of [null, '', 'x', '-1', '1.5', '1e400']) {
      seen.note(header);
    }
    expect(seen.highest).toBe(0);
  });
});

it("understands answers that are not ours: a proxy's, Backstage's own", async () => {
  const network = new Network();
  network.answers.push(
    () =>
      new Response('<html>', {
        status: 502,
        headers: { 'content-type': 'text/html' },
      }),
  );
  network.answers.push(() => json({ text: 'late' }));
  expect((await network.client().readGreeting({})).text).toBe('late');
  network.answers.push(() =>
    json(
      toErrorBody(new ApiError('x', { code: 'X', status: 'UNAUTHENTICATED' })),
      { status: 401 },
    ),
  );
  await expect(network.client().readGreeting({})).rejects.toMatchObject({
    status: 'UNAUTHENTICATED',
  });
});

it('streams, and throws the same errors from streams', async () => {
  const network = new Network();
  const frame = (flags: number, text: string) => {
    const bytes = Buffer.from(text);
    const head = Buffer.alloc(5);
    head.writeUInt8(flags);
    head.writeUInt32BE(bytes.length, 1);
    return Buffer.concat([head, bytes]);
  };
  network.answers.push(
    () =>
      new Response(
        Buffer.concat([
          frame(0, '{"text":"one"}'),
          frame(0, '{"text":"two"}'),
          frame(
            2,
            JSON.stringify({
              error: errorToJson(
                toConnectError(
                  new ApiError('Enough', {
                    code: 'GREETER_TIRED',
                    status: 'ABORTED',
                  }),
                  'x',
                ),
                undefined,
              ),
            }),
          ),
        ]),
        { headers: { 'content-type': 'application/connect+json' } },
      ),
  );
  const texts: string[] = [];
  const read = async () => {
    for await (const { text } of network.client().watchGreetings({})) {
      texts.push(text);
    }
  };
  await expect(read()).rejects.toMatchObject({ code: 'GREETER_TIRED' });
  expect(texts).toEqual(['one', 'two']);
});
