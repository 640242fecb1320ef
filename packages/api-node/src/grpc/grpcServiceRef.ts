import { readFileSync } from 'node:fs';
import {
  coreServices,
  createServiceFactory,
  createServiceRef,
  type LoggerService,
  type RootConfigService,
} from '@backstage/backend-plugin-api';
import { createRegistry } from '@bufbuild/protobuf';
import { createConnectRouter } from '@connectrpc/connect';
import type { UniversalHandler } from '@connectrpc/connect/protocol';
import type { ApiDefinition } from '../definition/loadDefinition';
import { Health } from '../gen/grpc/health/v1/health_pb';
import { ServerReflection } from '../gen/grpc/reflection/v1/reflection_pb';
import { ServerReflection as ServerReflectionV1Alpha } from '../gen/grpc/reflection/v1alpha/reflection_pb';
import { readLimits } from '../readLimits';
import { GrpcServer, type CallerOf } from './GrpcServer';
import { ServingState, addHealth } from './health';
import { addReflection, type ReflectedApis } from './reflection';

/**
 * The gRPC port, which all plugins of a process share.
 *
 * @public
 */
export interface GrpcService {
  /** Where it listens; undefined when it is switched off. */
  readonly port: number | undefined;
  /**
   * Serves the methods of one plugin, from when the process has started.
   *
   * @throws Error when a method is already served
   */
  serve(
    definition: ApiDefinition,
    handlers: ReadonlyMap<string, UniversalHandler>,
    callerOf: CallerOf,
  ): void;
}

/** @public */
export const grpcServiceRef = createServiceRef<GrpcService>({
  id: 'callboard.grpc',
  scope: 'root',
  defaultFactory: async service =>
    createServiceFactory({
      service,
      deps: {
        config: coreServices.rootConfig,
        lifecycle: coreServices.rootLifecycle,
        logger: coreServices.rootLogger,
      },
      async factory({ config, lifecycle, logger }) {
        if (config.getOptionalBoolean('callboard.grpc.enabled') === false) {
          return { port: undefined, serve: () => {} };
        }
        try {
          const grpc = createGrpcService(
            config,
            logger.child({ service: 'grpc' }),
          );
          // Listens before the plugins start, as the portal's port does: a port
          // that is taken stops the start, which a startup hook could not.
          const port = await grpc.listen();
          lifecycle.addStartupHook(grpc.open);
          lifecycle.addBeforeShutdownHook(grpc.close);
          lifecycle.addShutdownHook(grpc.stop);
          return { port, serve: grpc.serve };
        } catch (error) {
          // Thrown to the plugins that serve there. A root service that fails
          // is an unhandled rejection in Backstage, beside the plugin that
          // failed.
          const serve = (): never => {
            throw error;
          };
          return { port: undefined, serve };
        }
      },
    }),
});

/** What every server has, beside the APIs of its plugins. */
const TOOL_SERVICES = [Health, ServerReflection, ServerReflectionV1Alpha];

function createGrpcService(config: RootConfigService, logger: LoggerService) {
  const limits = readLimits(config);
  const server = new GrpcServer({
    host: config.getOptionalString('callboard.grpc.host') ?? '127.0.0.1',
    port: config.getOptionalNumber('callboard.grpc.port') ?? 7008,
    tls: readTls(config),
    bodyTimeoutMs: limits.body.timeoutMs,
    logger,
  });
  const apis: ReflectedApis = { registries: [], files: [], services: [] };
  const state = new ServingState();
  const serve: GrpcService['serve'] = (definition, handlers, callerOf) => {
    for (const [path, handler] of handlers) {
      server.add(path, handler, callerOf);
    }
    apis.registries.push(definition.registry);
    apis.files.push(...definition.files);
    apis.services.push(...definition.services.map(each => each.typeName));
  };
  return {
    serve,
    listen: () => server.start(),
    open() {
      const router = createConnectRouter({
        connect: false,
        grpcWeb: false,
        readMaxBytes: limits.body.maxBytes,
      });
      addHealth(router, state, [...apis.services]);
      addReflection(router, apis);
      // So that grpcurl can call them as well: it knows no definitions itself.
      for (const { file, typeName } of TOOL_SERVICES) {
        apis.registries.push(createRegistry(file));
        apis.files.push(file);
        apis.services.push(typeName);
      }
      for (const handler of router.handlers) {
        server.add(handler.requestPath, handler, request => ({
          ip: request.socket.remoteAddress,
          authenticate: () => Promise.reject(new Error('Not needed')),
        }));
      }
      server.isOpen = true;
      state.set(true);
    },
    close() {
      state.set(false);
    },
    stop() {
      state.end();
      return server.stop();
    },
  };
}

/** @throws Error that names the file which can't be read */
export function readTls(
  config: RootConfigService,
): { certificate: string; key: string } | undefined {
  const tls = config.getOptionalConfig('callboard.grpc.tls');
  if (!tls) {
    return undefined;
  }
  const read = (name: 'certificate' | 'key') => {
    const file = tls.getString(`${name}File`);
    try {
      return readFileSync(file, 'utf8');
    } catch (cause) {
      throw new Error(
        `callboard.grpc.tls.${name}File can't be read: ${(cause as Error).message}`,
        { cause },
      );
    }
  };
  return { certificate: read('certificate'), key: read('key') };
}
