import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import http2 from 'node:http2';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { mockServices } from '@backstage/backend-test-utils';
import * as grpc from '@grpc/grpc-js';
import { createRequire } from 'node:module';
import * as protoLoader from '@grpc/proto-loader';
import forge from 'node-forge';
import { library } from '../__testUtils__/definitions';
import { HEADERS } from '../__testUtils__/callers';
import { openGrpcClient } from '../__testUtils__/grpcClient';
import {
  startLibrary,
  type StartedLibrary,
} from '../__testUtils__/startLibrary';

import { Health } from '../gen/grpc/health/v1/health_pb';
import { GrpcServer } from './GrpcServer';
import { readTls } from './grpcServiceRef';

// Starting a backend takes its time on a busy machine.
jest.setTimeout(60_000);

describe('the port', () => {
  it('is refused plainly when it is taken', async () => {
    const squatter = net.createServer().listen(0, '127.0.0.1');
    await new Promise(resolve => squatter.once('listening', resolve));
    const { port } = squatter.address() as net.AddressInfo;
    const server = new GrpcServer({
      host: '127.0.0.1',
      port,
      bodyTimeoutMs: 1000,
      logger: mockServices.logger.mock(),
    });
    await expect(server.start()).rejects.toThrow(
      `Port ${port} on 127.0.0.1 is taken, so gRPC can't be served there. Set callboard.grpc.port to a free one, or callboard.grpc.enabled to false.`,
    );
    squatter.close();
  });

  it('is not opened when gRPC is switched off', async () => {
    const started = await startLibrary({
      callboard: { grpc: { enabled: false } },
    });
    expect(started.grpcAddress).toBe('127.0.0.1:0');
    const response = await fetch(`${started.baseUrl}/v1/openingHours`);
    expect(response.status).toBe(200);
    await started.stop();
  });

  it('is encrypted when there is a certificate', async () => {
    const folder = mkdtempSync(path.join(os.tmpdir(), 'callboard-tls-'));
    const [keyFile, certificateFile] = ['key.pem', 'certificate.pem'].map(
      name => path.join(folder, name),
    ) as [string, string];
    writeCertificate(keyFile, certificateFile);
    const started = await startLibrary({
      callboard: { grpc: { port: 0, tls: { keyFile, certificateFile } } },
    });
    const client = new grpc.Client(
      started.grpcAddress,
      grpc.credentials.createSsl(readFileSync(certificateFile)),
    );
    const answer = await unary(
      client,
      '/callboard.library.v1.LibraryService/GetOpeningHours',
    );
    expect(answer.toString()).toContain('always');
    client.close();
    await started.stop();
    rmSync(folder, { recursive: true });
  });

  it('names the file that it can not read', () => {
    const config = mockServices.rootConfig({
      data: {
        callboard: {
          grpc: { tls: { keyFile: '/nowhere', certificateFile: '/nowhere' } },
        },
      },
    });
    expect(() => readTls(config)).toThrow(
      "callboard.grpc.tls.certificateFile can't be read",
    );
  });
});

describe('tools', () => {
  let started: StartedLibrary;
  beforeAll(async () => {
    started = await startLibrary();
  });
  afterAll(() => started?.stop());

  it.each(['v1', 'v1alpha'] as const)(
    'learn by reflection %s what there is to call',
    async version => {
      const client = await openGrpcClient(started.grpcAddress, version);
      expect(client.serviceNames).toEqual([
        'callboard.library.v1.LibraryService',
        'grpc.health.v1.Health',
        'grpc.reflection.v1.ServerReflection',
        'grpc.reflection.v1alpha.ServerReflection',
      ]);
      const { answers, error } = await client.call(
        library.method.getOpeningHours!,
        [new Uint8Array()],
        {},
      );
      expect(error).toBeUndefined();
      expect(Buffer.from(answers[0]!).toString()).toContain('always');
      // One field, SERVING.
      expect(
        (await client.call(Health.method.check, [new Uint8Array()], {}))
          .answers,
      ).toEqual([Buffer.from([8, 1])]);
      client.close();
    },
  );

  it('can ask about anything in the definition', async () => {
    const ask = reflection(started.grpcAddress);
    for (const symbol of [
      'callboard.library.v1.Book',
      'callboard.library.v1.Book.title',
      'callboard.library.v1.LibraryService.GetBook',
      'callboard.library.v1.Genre',
      'google.protobuf.Timestamp',
    ]) {
      const answer = await ask({ fileContainingSymbol: symbol });
      expect(
        answer.fileDescriptorResponse.fileDescriptorProto.length,
      ).toBeGreaterThan(0);
    }
    expect(
      await ask({ fileByFilename: 'google/api/http.proto' }),
    ).toHaveProperty('fileDescriptorResponse');
    expect(
      await ask({
        fileContainingExtension: {
          containingType: 'google.protobuf.MethodOptions',
          extensionNumber: 72295728,
        },
      }),
    ).toHaveProperty('fileDescriptorResponse');
    expect(
      (
        await ask({
          allExtensionNumbersOfType: 'google.protobuf.MethodOptions',
        })
      ).allExtensionNumbersResponse.extensionNumber,
    ).toContain(72295728);
    expect(
      (await ask({ fileContainingSymbol: 'no.Such' })).errorResponse,
    ).toMatchObject({ errorCode: 5 });
    expect(
      (await ask({ fileByFilename: 'no.proto' })).errorResponse,
    ).toMatchObject({ errorCode: 5 });
    expect(
      (await ask({ allExtensionNumbersOfType: 'no.Such' })).errorResponse,
    ).toMatchObject({ errorCode: 5 });
  });

  it('are told about health', async () => {
    const health = healthClient(started.grpcAddress);
    expect(await health('Check', {})).toMatchObject({ status: 'SERVING' });
    expect(
      await health('Check', { service: 'callboard.library.v1.LibraryService' }),
    ).toMatchObject({ status: 'SERVING' });
    await expect(health('Check', { service: 'no.Such' })).rejects.toMatchObject(
      { code: 5 },
    );
    expect((await health('List', {})).statuses).toHaveProperty([
      'callboard.library.v1.LibraryService',
    ]);
  });

  it('get UNIMPLEMENTED for what is not there, and 415 for what is no gRPC', async () => {
    const client = new grpc.Client(
      started.grpcAddress,
      grpc.credentials.createInsecure(),
    );
    await expect(
      unary(client, '/callboard.library.v1.LibraryService/Nope'),
    ).rejects.toMatchObject({
      code: grpc.status.UNIMPLEMENTED,
      details: 'There is no method /callboard.library.v1.LibraryService/Nope',
    });
    client.close();
    const session = http2.connect(`http://${started.grpcAddress}`);
    const stream = session.request({ ':path': '/' });
    const status = await new Promise(resolve =>
      stream.once('response', headers => resolve(headers[':status'])),
    );
    expect(status).toBe(415);
    session.destroy();
  });
});

it('lets calls end when the process stops, and tells health checks', async () => {
  const started = await startLibrary();
  const statuses: string[] = [];
  const watch = watchHealth(started.grpcAddress, status =>
    statuses.push(status),
  );
  const begun = new Promise<void>(resolve => {
    started.library.onWaitBegun = resolve;
  });
  const client = new grpc.Client(
    started.grpcAddress,
    grpc.credentials.createInsecure(),
  );
  const metadata = new grpc.Metadata();
  metadata.set('authorization', HEADERS.authorization);
  const call = client.makeUnaryRequest(
    '/callboard.library.v1.LibraryService/Wait',
    Buffer.from,
    Buffer.from,
    Buffer.alloc(0),
    metadata,
    () => {},
  );
  await begun;
  const stopped = started.stop();
  call.cancel();
  await stopped;
  await watch;
  client.close();
  expect(statuses).toEqual(['SERVING', 'NOT_SERVING']);
  await expect(
    new Promise((resolve, reject) => {
      const [host, port] = started.grpcAddress.split(':');
      net
        .connect(Number(port), host)
        .once('connect', resolve)
        .once('error', reject);
    }),
  ).rejects.toMatchObject({ code: 'ECONNREFUSED' });
});

/** A key, and a certificate that it signs for this address itself. */
function writeCertificate(keyFile: string, certificateFile: string): void {
  const keys = forge.pki.rsa.generateKeyPair(2048);
  const certificate = forge.pki.createCertificate();
  certificate.publicKey = keys.publicKey;
  certificate.serialNumber = '01';
  certificate.validity.notAfter = new Date(Date.now() + 86_400_000);
  certificate.setSubject([{ name: 'commonName', value: 'localhost' }]);
  certificate.setIssuer([{ name: 'commonName', value: 'localhost' }]);
  certificate.setExtensions([
    { name: 'subjectAltName', altNames: [{ type: 7, ip: '127.0.0.1' }] },
  ]);
  certificate.sign(keys.privateKey, forge.md.sha256.create());
  writeFileSync(keyFile, forge.pki.privateKeyToPem(keys.privateKey));
  writeFileSync(certificateFile, forge.pki.certificateToPem(certificate));
}

function unary(client: grpc.Client, url: string): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    client.makeUnaryRequest(
      url,
      Buffer.from,
      bytes => bytes,
      Buffer.alloc(0),
      (error, answer) => (error ? reject(error) : resolve(answer as Buffer)),
    );
  });
}

function reflection(address: string) {
  const require = createRequire(__filename);
  const service = protoLoader.loadSync(
    path.join(
      path.dirname(require.resolve('@grpc/reflection/package.json')),
      'build/proto/grpc/reflection/v1/reflection.proto',
    ),
  )['grpc.reflection.v1.ServerReflection'] as protoLoader.ServiceDefinition;
  const Client = grpc.makeClientConstructor(service as never, 'reflection');
  const client = new Client(address, grpc.credentials.createInsecure());
  return (
    request: object,
  ): Promise<any> => // any: whatever the loader makes of it
    new Promise((resolve, reject) => {
      const stream = client.ServerReflectionInfo!();
      stream.on('data', resolve);
      stream.on('error', reject);
      stream.write(request);
      stream.end();
    });
}

function healthService() {
  const require = createRequire(__filename);
  return protoLoader.loadSync(
    path.join(
      path.dirname(require.resolve('grpc-health-check/package.json')),
      'proto/health/v1/health.proto',
    ),
    { enums: String },
  )['grpc.health.v1.Health'] as protoLoader.ServiceDefinition;
}

function healthClient(address: string) {
  const Client = grpc.makeClientConstructor(healthService() as never, 'health');
  return (
    method: string,
    request: object,
  ): Promise<any> => // any: as above
    new Promise((resolve, reject) => {
      const client = new Client(address, grpc.credentials.createInsecure());
      client[method]!(request, (error: Error | null, answer: unknown) => {
        client.close();
        return error ? reject(error) : resolve(answer);
      });
    });
}

function watchHealth(
  address: string,
  onStatus: (status: string) => void,
): Promise<void> {
  const Client = grpc.makeClientConstructor(healthService() as never, 'health');
  const client = new Client(address, grpc.credentials.createInsecure());
  return new Promise(resolve => {
    const stream = client.Watch!({});
    stream.on('data', ({ status }: { status: string }) => onStatus(status));
    stream.on('error', () => {});
    stream.on('close', () => {
      client.close();
      resolve();
    });
  });
}
