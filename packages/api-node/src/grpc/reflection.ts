/**
 * Server reflection, by which tools like grpcurl learn what there is to call:
 * https://github.com/grpc/grpc/blob/master/doc/server-reflection.md
 *
 * It tells definitions only, no data, so it asks for no credentials.
 */
import {
  toBinary,
  type DescFile,
  type MessageInitShape,
  type Registry,
} from '@bufbuild/protobuf';
import { FileDescriptorProtoSchema } from '@bufbuild/protobuf/wkt';
import { Code, type ConnectRouter } from '@connectrpc/connect';
import {
  ServerReflection,
  type ServerReflectionRequest,
  type ServerReflectionResponseSchema,
} from '../gen/grpc/reflection/v1/reflection_pb';
import { ServerReflection as ServerReflectionV1Alpha } from '../gen/grpc/reflection/v1alpha/reflection_pb';

type Answer = MessageInitShape<
  typeof ServerReflectionResponseSchema
>['messageResponse'];

/** What can be asked about. Grows while plugins start. */
export interface ReflectedApis {
  readonly registries: Registry[];
  readonly files: DescFile[];
  readonly services: string[];
}

export function addReflection(
  router: ConnectRouter,
  apis: ReflectedApis,
): void {
  async function* serverReflectionInfo(
    requests: AsyncIterable<ServerReflectionRequest>,
  ) {
    for await (const originalRequest of requests) {
      yield {
        validHost: originalRequest.host,
        originalRequest,
        messageResponse: answer(apis, originalRequest.messageRequest),
      };
    }
  }
  router.service(ServerReflection, { serverReflectionInfo });
  router.service(ServerReflectionV1Alpha, {
    // The same messages, field by field, under another package's name.
    serverReflectionInfo: serverReflectionInfo as never,
  });
}

function answer(
  apis: ReflectedApis,
  request: ServerReflectionRequest['messageRequest'],
): NonNullable<Answer> {
  switch (request.case) {
    case 'listServices':
      return {
        case: 'listServicesResponse',
        value: { service: apis.services.map(name => ({ name })) },
      };
    case 'fileByFilename':
      return files(
        allFiles(apis).find(file => file.proto.name === request.value),
        `file ${request.value}`,
      );
    case 'fileContainingSymbol':
      return files(
        fileOfSymbol(apis, request.value),
        `symbol ${request.value}`,
      );
    case 'fileContainingExtension': {
      const { containingType, extensionNumber } = request.value;
      const extension = extensionsOf(apis, containingType).find(
        each => each.number === extensionNumber,
      );
      return files(
        extension?.file,
        `extension ${extensionNumber} of ${containingType}`,
      );
    }
    case 'allExtensionNumbersOfType': {
      if (!apis.registries.some(each => each.getMessage(request.value))) {
        return notFound(`type ${request.value}`);
      }
      return {
        case: 'allExtensionNumbersResponse',
        value: {
          baseTypeName: request.value,
          extensionNumber: extensionsOf(apis, request.value).map(
            each => each.number,
          ),
        },
      };
    }
    default:
      return {
        case: 'errorResponse',
        value: {
          errorCode: Code.InvalidArgument,
          errorMessage: 'The request asks nothing',
        },
      };
  }
}

/** A type, a service, a method, a field or an enum's value. */
function fileOfSymbol(
  { registries }: ReflectedApis,
  symbol: string,
): DescFile | undefined {
  const name = symbol.replace(/^\./, '');
  const parent = name.slice(0, Math.max(0, name.lastIndexOf('.')));
  for (const registry of registries) {
    const whole = registry.get(name);
    if (whole) {
      return whole.file;
    }
    const owner = registry.get(parent);
    const member = name.slice(parent.length + 1);
    if (
      (owner?.kind === 'service' &&
        owner.methods.some(method => method.name === member)) ||
      (owner?.kind === 'message' &&
        owner.fields.some(field => field.name === member)) ||
      (owner?.kind === 'enum' &&
        owner.values.some(value => value.name === member))
    ) {
      return owner.file;
    }
  }
  return undefined;
}

function extensionsOf({ registries }: ReflectedApis, typeName: string) {
  const byNumber = new Map(
    registries
      .flatMap(registry => [...registry])
      .filter(each => each.kind === 'extension')
      .filter(each => each.extendee.typeName === typeName)
      .map(extension => [extension.number, extension] as const),
  );
  return [...byNumber.values()];
}

function allFiles(apis: ReflectedApis): DescFile[] {
  return apis.files.flatMap(withDependencies);
}

function withDependencies(file: DescFile): DescFile[] {
  return [file, ...file.dependencies.flatMap(withDependencies)];
}

/** A file comes with all it imports, so that nobody has to ask again. */
function files(file: DescFile | undefined, what: string): NonNullable<Answer> {
  if (!file) {
    return notFound(what);
  }
  return {
    case: 'fileDescriptorResponse',
    value: {
      fileDescriptorProto: [...new Set(withDependencies(file))].map(each =>
        toBinary(FileDescriptorProtoSchema, each.proto),
      ),
    },
  };
}

function notFound(what: string): NonNullable<Answer> {
  return {
    case: 'errorResponse',
    value: { errorCode: Code.NotFound, errorMessage: `There is no ${what}` },
  };
}
