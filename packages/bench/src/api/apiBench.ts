import * as grpc from '@grpc/grpc-js';
import { Pool } from 'undici';
import { dependencies } from '../../package.json';
import type { Bench } from '../harness/Bench';
import { interleave } from '../harness/interleave';
import { load, type LoadResult } from '../harness/load';
import type { Finding, Target } from '../harness/Row';
import { median } from '../harness/statistics';
import { WorkerProcess } from '../harness/WorkerProcess';

const CALLERS = 32;
const MILLISECONDS = 3_000;
const ID = '01939f00-7a3c-7e4e-9f5d-3f0a4c1b2d3e';
const METHOD = '/callboard.eventstore.v1.AuditService/GetEvent';

const transports = ['rest', 'connect', 'grpc-web', 'grpc'] as const;
type Transport = (typeof transports)[number];

const HALF: Target = { all: [{ of: 'ratio', is: 'atLeast', bound: 0.5 }] };
/** Shown, and held to nothing. */
const NONE: Target = { all: [] };

const targets: Record<Transport, Target> = {
  rest: HALF,
  connect: HALF,
  'grpc-web': NONE,
  grpc: NONE,
};

/** A small read by each transport beside a plain JSON route of Express. */
export const apiBench: Bench = {
  name: 'api',

  versions: () => ({
    express: dependencies.express,
    '@grpc/grpc-js': dependencies['@grpc/grpc-js'],
  }),

  async run({ rounds, only, signal, ...tell }) {
    const wanted = transports.filter(
      name =>
        only.length === 0 || only.some(beginning => name.startsWith(beginning)),
    );
    const server = await WorkerProcess.start('api/processes/apiServer', {});
    const clients = await openClients(server);
    try {
      const contenders = { plain: clients.plain } as Record<
        'plain' | Transport,
        () => Promise<unknown>
      >;
      wanted.forEach(name => {
        contenders[name] = clients[name];
      });
      for (const act of Object.values(contenders)) {
        // Until the code is compiled.
        await load({ callers: CALLERS, milliseconds: 1_000 }, act);
      }
      tell.onMeasurement(wanted.join(', '));
      const figures = await interleave(
        rounds,
        Object.fromEntries(
          Object.entries(contenders).map(([name, act]) => [
            name,
            () => {
              signal.throwIfAborted();
              return load(
                { callers: CALLERS, milliseconds: MILLISECONDS },
                act,
              );
            },
          ]),
        ) as Record<'plain' | Transport, () => Promise<LoadResult>>,
      );
      wanted
        .flatMap(name => findingsOf(name, figures[name], figures.plain))
        .forEach(tell.onFinding);
    } finally {
      await clients.close();
      await server.stop();
    }
  },
};

function findingsOf(
  name: Transport,
  ours: readonly LoadResult[],
  plain: readonly LoadResult[],
): Finding[] {
  const middle = (
    results: readonly LoadResult[],
    of: (result: LoadResult) => number,
  ) => median(results.map(of));
  const finding = (
    id: string,
    title: string,
    unit: string,
    of: (result: LoadResult) => number,
    target: Target,
  ): Finding => ({
    id,
    title,
    unit,
    value: middle(ours, of),
    peer: { name: 'express, a plain JSON route', value: middle(plain, of) },
    target,
  });
  return [
    finding(
      name,
      `getById by ${name}, ${CALLERS} callers`,
      'requests/s',
      ({ perSecond }) => perSecond,
      targets[name],
    ),
    finding(
      `${name}-p99`,
      `how long such a caller waits`,
      'ms',
      ({ p99 }) => p99,
      NONE,
    ),
  ];
}

async function openClients(server: WorkerProcess) {
  const ports = await server.call<{ http: number; grpc: number }>('ports');
  const pool = new Pool(`http://127.0.0.1:${ports.http}`, {
    connections: CALLERS,
  });
  const http = (options: Parameters<Pool['request']>[0]) => async () => {
    const { statusCode, body } = await pool.request(options);
    const text = await body.text();
    if (statusCode !== 200 || text.length < 100) {
      throw new Error(`Answered ${statusCode}: ${text}`);
    }
  };
  const message = encodeRequest();
  const channel = new grpc.Client(
    `127.0.0.1:${ports.grpc}`,
    grpc.credentials.createInsecure(),
  );
  return {
    plain: http({ method: 'GET', path: `/plain/events/${ID}` }),
    rest: http({ method: 'GET', path: `/v1/events/${ID}` }),
    connect: http({
      method: 'POST',
      path: METHOD,
      headers: { 'content-type': 'application/json' },
      // Bytes, as for the others: a text would be encoded for each call.
      body: Buffer.from(JSON.stringify({ id: ID })),
    }),
    'grpc-web': http({
      method: 'POST',
      path: METHOD,
      headers: { 'content-type': 'application/grpc-web+proto' },
      body: envelope(message),
    }),
    grpc: () =>
      new Promise<void>((resolve, reject) => {
        channel.makeUnaryRequest(
          METHOD,
          (bytes: Buffer) => bytes,
          bytes => bytes,
          message,
          error => (error ? reject(error) : resolve()),
        );
      }),
    async close() {
      channel.close();
      await pool.destroy();
    },
  };
}

/** GetEventRequest: field 1, length-delimited. */
function encodeRequest(): Buffer {
  return Buffer.concat([Buffer.from([0x0a, ID.length]), Buffer.from(ID)]);
}

/** No flags, four bytes of length, the message. */
function envelope(message: Buffer): Buffer {
  const head = Buffer.alloc(5);
  head.writeUInt32BE(message.length, 1);
  return Buffer.concat([head, message]);
}
