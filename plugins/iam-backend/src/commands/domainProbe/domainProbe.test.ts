/** What is looked up and fetched to prove a domain, and what never is. */
import { createSocket, type Socket } from 'node:dgram';
import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createTcpServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { challengeFor, findProof } from './challenge';
import {
  AddressRefusedError,
  NetworkDomainProbe,
  type NetworkDomainProbeOptions,
} from './NetworkDomainProbe';
import { isPublicAddress } from './publicAddress';

const servers: (Server | Socket | ReturnType<typeof createTcpServer>)[] = [];

afterEach(async () => {
  await Promise.all(
    servers
      .splice(0)
      .map(
        server =>
          new Promise<void>(resolve => void server.close(() => resolve())),
      ),
  );
});

describe('addresses', () => {
  it.each([
    '127.0.0.1',
    '10.1.2.3',
    '172.16.0.1',
    '172.31.255.255',
    '192.168.1.1',
    '169.254.169.254',
    '100.64.0.1',
    '0.0.0.0',
    '255.255.255.255',
    '224.0.0.1',
    '198.18.0.1',
    '::',
    '::1',
    '::ffff:127.0.0.1',
    '::ffff:8.8.8.8',
    '64:ff9b::7f00:1',
    '2002:7f00:1::',
    '2001:0:1::',
    'fe80::1',
    'fd00::1',
    'ff02::1',
    'localhost',
    '',
  ])('that are not public: %s', address => {
    expect(isPublicAddress(address)).toBe(false);
  });

  it.each(['8.8.8.8', '172.32.0.1', '100.128.0.1', '2606:4700::1111'])(
    'that are public: %s',
    address => {
      expect(isPublicAddress(address)).toBe(true);
    },
  );
});

/** A web server here, for a domain that leads to it. */
async function serve(
  answer: RequestListener,
  more: NetworkDomainProbeOptions = {},
) {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(`${request.headers.host} ${request.url}`);
    answer(request, response);
  });
  servers.push(server);
  await new Promise<void>(
    resolve => void server.listen(0, '127.0.0.1', resolve),
  );
  const { port } = server.address() as AddressInfo;
  const probe = new NetworkDomainProbe({
    timeoutMs: 2_000,
    resolve: async () => [{ address: '127.0.0.1', family: 4 }],
    mayCall: () => true,
    // Nothing speaks TLS there, so it is HTTP that answers.
    ports: { https: port, http: port },
    ...more,
  });
  return { probe, asked, port };
}

describe('a file', () => {
  it('is fetched from the domain itself', async () => {
    const { probe, asked, port } = await serve((_request, response) =>
      response.end(' the-token\n'),
    );
    const challenge = { method: 'http' as const, token: 'the-token' };
    expect(await findProof(probe, 'example.com', challenge)).toEqual({
      token: 'the-token',
      found: 'verified',
    });
    const { url } = challengeFor('example.com', 'http', 'the-token') as {
      url: string;
    };
    expect(asked).toEqual([`example.com:${port} ${new URL(url).pathname}`]);
    expect(
      await findProof(probe, 'example.com', { ...challenge, token: 'other' }),
    ).toEqual({ token: 'other', found: 'other_token' });
  });

  it('is not looked for where a redirect leads', async () => {
    const { probe, asked } = await serve((_request, response) =>
      response
        .writeHead(302, { location: 'http://169.254.169.254/latest' })
        .end('x'),
    );
    expect(await probe.fetchText('example.com', '/x')).toBeUndefined();
    expect(asked).toHaveLength(1);
  });

  it.each([404, 500, 204, 206])('is none with status %d', async status => {
    const { probe } = await serve((_request, response) =>
      response.writeHead(status).end(),
    );
    expect(await probe.fetchText('example.com', '/x')).toBeUndefined();
  });

  it('may not be long', async () => {
    const { probe } = await serve((_request, response) => {
      response.write('x'.repeat(5_000));
    });
    await expect(probe.fetchText('example.com', '/x')).rejects.toThrow(
      'too long',
    );
  });

  it('may not take long', async () => {
    const { probe } = await serve(
      (_request, response) => {
        response.write('x');
      },
      { timeoutMs: 100 },
    );
    const proof = { method: 'http' as const, token: 'x' };
    expect((await findProof(probe, 'example.com', proof)).found).toBe(
      'unreachable',
    );
  });

  it('is not fetched from an address that is not public', async () => {
    const calls: string[] = [];
    const { asked, port } = await serve((_request, response) => response.end());
    for (const addresses of [
      ['127.0.0.1'],
      ['8.8.8.8', '127.0.0.1'],
      ['169.254.169.254'],
      [],
    ]) {
      const probe = new NetworkDomainProbe({
        ports: { https: port, http: port },
        async resolve(host) {
          calls.push(host);
          return addresses.map(address => ({ address, family: 4 }));
        },
      });
      await expect(probe.fetchText('example.com', '/x')).rejects.toThrow(
        AddressRefusedError,
      );
    }
    expect(asked).toEqual([]);
    expect(calls).toHaveLength(4);
  });

  it('is fetched from the address that was checked, whatever DNS says next', async () => {
    let looks = 0;
    const { probe, asked } = await serve(
      (_request, response) => response.end('x'),
      {
        async resolve() {
          looks += 1;
          return [
            { address: looks === 1 ? '127.0.0.1' : '127.0.0.2', family: 4 },
          ];
        },
        mayCall: address => address === '127.0.0.1',
      },
    );
    expect(await probe.fetchText('example.com', '/x')).toBe('x');
    expect([looks, asked.length]).toEqual([1, 1]);
  });
});

/** A name server that answers each question for TXT (RFC 1035 §4.1). */
async function serveNames(
  records: readonly (readonly string[])[],
  code = 0,
): Promise<NetworkDomainProbe> {
  const socket = createSocket('udp4');
  servers.push(socket);
  socket.on('message', (query, from) => {
    const question = query.subarray(12, query.indexOf(0, 12) + 5);
    const header = Buffer.alloc(12);
    query.copy(header, 0, 0, 2);
    header.writeUInt16BE(0x8180 + code, 2);
    header.writeUInt16BE(1, 4);
    header.writeUInt16BE(records.length, 6);
    const answers = records.map(parts => {
      const data = Buffer.concat(
        parts.map(part => Buffer.from([part.length, ...Buffer.from(part)])),
      );
      const head = Buffer.from([0xc0, 12, 0, 16, 0, 1, 0, 0, 0, 1, 0, 0]);
      head.writeUInt16BE(data.length, 10);
      return Buffer.concat([head, data]);
    });
    socket.send(
      Buffer.concat([header, question, ...answers]),
      from.port,
      from.address,
    );
  });
  await new Promise<void>(resolve => void socket.bind(0, '127.0.0.1', resolve));
  const { port } = socket.address();
  return new NetworkDomainProbe({
    timeoutMs: 1_000,
    nameServers: [`127.0.0.1:${port}`],
  });
}

describe('a TXT record', () => {
  const challenge = { method: 'dns' as const, token: 'the-token' };
  const look = async (probe: NetworkDomainProbe) =>
    (await findProof(probe, 'example.com', challenge)).found;

  it('is found among others, also in parts', async () => {
    const probe = await serveNames([
      ['v=spf1 -all'],
      ['callboard-verification=', 'the-token'],
    ]);
    expect(await probe.txtRecords('_callboard-challenge.example.com')).toEqual([
      'v=spf1 -all',
      'callboard-verification=the-token',
    ]);
    expect(await look(probe)).toBe('verified');
  });

  it('with another token is told apart from none', async () => {
    expect(await look(await serveNames([['callboard-verification=old']]))).toBe(
      'other_token',
    );
    expect(await look(await serveNames([['v=spf1 -all']]))).toBe('not_found');
    expect(await look(await serveNames([]))).toBe('not_found');
    expect(await look(await serveNames([], 3))).toBe('not_found');
  });

  it('cannot be found out about when the name server fails', async () => {
    expect(await look(await serveNames([], 2))).toBe('unreachable');
  });
});
