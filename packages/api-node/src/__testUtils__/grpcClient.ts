/**
 * A gRPC client as a tool like grpcurl has it: it learns the definition from
 * the server's reflection and works with nothing else.
 */
import { createRequire } from 'node:module';
import path from 'node:path';
import * as grpc from '@grpc/grpc-js';
import * as protoLoader from '@grpc/proto-loader';
import type { DescMethod } from '@bufbuild/protobuf';

export interface GrpcOutcome {
  readonly answers: Uint8Array[];
  readonly error?: {
    readonly code: number;
    readonly details: string;
    readonly statusDetails: Uint8Array | undefined;
  };
  readonly headers: Record<string, string>;
}

export interface GrpcClient {
  call(
    method: DescMethod,
    requests: Uint8Array[],
    metadata: Record<string, string>,
    options?: { deadline?: Date },
  ): Promise<GrpcOutcome>;
  readonly serviceNames: readonly string[];
  close(): void;
}

type ReflectionVersion = 'v1' | 'v1alpha';

export async function openGrpcClient(
  address: string,
  version: ReflectionVersion = 'v1',
): Promise<GrpcClient> {
  const channel = new grpc.Client(address, grpc.credentials.createInsecure());
  const { serviceNames, definition } = await reflect(channel, version);
  return {
    serviceNames,
    close: () => channel.close(),
    call: (method, requests, headers, options = {}) =>
      call(channel, definition, method, requests, headers, options),
  };
}

function call(
  channel: grpc.Client,
  definition: protoLoader.PackageDefinition,
  method: DescMethod,
  requests: Uint8Array[],
  headers: Record<string, string>,
  options: { deadline?: Date },
): Promise<GrpcOutcome> {
  const service = definition[
    method.parent.typeName
  ] as protoLoader.ServiceDefinition;
  const loaded = service[method.name]!;
  const metadata = new grpc.Metadata();
  Object.entries(headers).forEach(([name, value]) => metadata.set(name, value));
  return new Promise(resolve => {
    const answers: Uint8Array[] = [];
    let answered: Record<string, string> = {};
    const stream = channel.makeBidiStreamRequest(
      loaded.path,
      // Through the loader's own objects, both ways.
      value => loaded.requestSerialize(value as object),
      bytes => loaded.responseSerialize(loaded.responseDeserialize(bytes)),
      metadata,
      { deadline: options.deadline },
    );
    stream.on('metadata', received => {
      answered = received.getMap() as Record<string, string>;
    });
    stream.on('data', (bytes: Buffer) => answers.push(bytes));
    stream.on('error', () => {});
    stream.on('status', (status: grpc.StatusObject) =>
      resolve({
        answers,
        headers: answered,
        ...(status.code === grpc.status.OK
          ? {}
          : {
              error: {
                code: status.code,
                details: status.details,
                statusDetails: status.metadata.get(
                  'grpc-status-details-bin',
                )[0] as Buffer | undefined,
              },
            }),
      }),
    );
    for (const bytes of requests) {
      stream.write(loaded.requestDeserialize(Buffer.from(bytes)));
    }
    stream.end();
  });
}

/** Asks for every service, and for the files that define them. */
async function reflect(channel: grpc.Client, version: ReflectionVersion) {
  const require = createRequire(__filename);
  const file = path.join(
    path.dirname(require.resolve('@grpc/reflection/package.json')),
    `build/proto/grpc/reflection/${version}/reflection.proto`,
  );
  const service = protoLoader.loadSync(file)[
    `grpc.reflection.${version}.ServerReflection`
  ] as protoLoader.ServiceDefinition;
  const {
    path: url,
    requestSerialize,
    responseDeserialize,
  } = service.ServerReflectionInfo!;
  const ask = (request: object) =>
    new Promise<any>((resolve, reject) => {
      // any: whatever the loader makes of the answer
      const stream = channel.makeBidiStreamRequest(
        url,
        requestSerialize,
        responseDeserialize,
      );
      stream.on('data', resolve);
      stream.on('error', reject);
      stream.write(request);
      stream.end();
    });
  const listed = await ask({ listServices: '*' });
  const serviceNames: string[] = listed.listServicesResponse.service.map(
    (each: { name: string }) => each.name,
  );
  const files = new Map<string, Buffer>();
  for (const name of serviceNames) {
    const answer = await ask({ fileContainingSymbol: name });
    for (const proto of answer.fileDescriptorResponse.fileDescriptorProto) {
      files.set(proto.toString('base64'), proto);
    }
  }
  return {
    serviceNames,
    definition: protoLoader.loadFileDescriptorSetFromBuffer(
      toFileDescriptorSet([...files.values()]),
    ),
  };
}

// FileDescriptorSet has one field: 1, repeated, length-delimited.
const FILE_TAG = 0x0a;

function toFileDescriptorSet(files: Buffer[]): Buffer {
  return Buffer.concat(
    files.flatMap(file => [
      Buffer.from([FILE_TAG, ...varint(file.length)]),
      file,
    ]),
  );
}

function varint(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  while (rest > 127) {
    bytes.push((rest % 128) + 128);
    rest = Math.floor(rest / 128);
  }
  return [...bytes, rest];
}
