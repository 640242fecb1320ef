import type { DescMethod, DescService } from '@bufbuild/protobuf';
import {
  coreServices,
  createServiceFactory,
  createServiceRef,
  type AuthService,
  type HttpAuthService,
} from '@backstage/backend-plugin-api';
import type { UniversalHandler } from '@connectrpc/connect/protocol';
import type { RequestHandler } from 'express';
import type { ServiceHandlers } from './call/handlers';
import type { ApiCredentials } from './call/IncomingCall';
import { MethodRunner, type RunnerServices } from './call/MethodRunner';
import { checkPolicy, type ServicePolicies } from './call/policy';
import type { WaitForPosition } from './call/waitForPosition';
import { DefinitionError } from './definition/DefinitionError';
import {
  loadDefinition,
  type ApiDefinition,
} from './definition/loadDefinition';
import { grpcServiceRef } from './grpc/grpcServiceRef';
import type { CallerOf } from './grpc/GrpcServer';
import { createApiHandler } from './http/createApiHandler';
import type { BodyLimits } from './http/readBody';
import { createLibraryHandlers } from './library/createHandlers';
import { MessageValidator } from './message/validateMessage';
import { renderOpenApi } from './openapi/renderOpenApi';
import { readLimits } from './readLimits';

const OPENAPI_PATH = '/openapi.json';

/**
 * A service of an API: who may call its methods, and what answers.
 *
 * @public
 */
export interface ServiceImplementation {
  readonly service: DescService;
  readonly policies: Record<string, unknown>;
  readonly handlers: Record<string, unknown>;
}

/**
 * Implements one service of an API.
 *
 * @example
 * ```ts
 * implementService(GreeterService, {
 *   policies: { greet: { allow: ['user'] } },
 *   handlers: { greet: ({ name }) => ({ text: `Hello, ${name}` }) },
 * });
 * ```
 *
 * @public
 */
export function implementService<TService extends DescService>(
  service: TService,
  implementation: {
    policies: ServicePolicies<TService>;
    handlers: ServiceHandlers<TService>;
  },
): ServiceImplementation {
  return {
    service,
    policies: { ...implementation.policies },
    handlers: { ...implementation.handlers },
  };
}

/** @public */
export interface ServedApi {
  /** The `descriptors` generated beside the plugin's definitions. */
  readonly descriptors: string;
  /** One for each service in them. */
  readonly services: readonly ServiceImplementation[];
  /** Makes reads wait for what their callers have written. */
  readonly waitForPosition?: WaitForPosition;
  /** Of the API, for its OpenAPI document. */
  readonly title: string;
  readonly version: string;
}

/**
 * Serves a plugin's API on every transport.
 *
 * @public
 */
export interface ApiService {
  /**
   * @throws {@link DefinitionError} when a service or method is not implemented,
   * has no policy, or can't be served by its HTTP rules
   */
  serve(api: ServedApi): Promise<void>;
}

/** @public */
export const apiServiceRef = createServiceRef<ApiService>({
  id: 'callboard.api',
  scope: 'plugin',
  defaultFactory: async service =>
    createServiceFactory({
      service,
      deps: {
        auditor: coreServices.auditor,
        auth: coreServices.auth,
        config: coreServices.rootConfig,
        grpc: grpcServiceRef,
        httpAuth: coreServices.httpAuth,
        httpRouter: coreServices.httpRouter,
        logger: coreServices.logger,
        permissions: coreServices.permissions,
        plugin: coreServices.pluginMetadata,
      },
      factory: deps => ({
        async serve(api) {
          const limits = readLimits(deps.config);
          const served = serveApi(api, {
            pluginId: deps.plugin.getId(),
            logger: deps.logger,
            permissions: deps.permissions,
            auditor: deps.auditor,
            httpAuth: deps.httpAuth,
            noCredentials: await deps.auth.getNoneCredentials(),
            limits: limits.body,
            positionTimeoutMs: limits.positionTimeoutMs,
          });
          for (const path of served.prefixes) {
            // Each method's policy is checked by its runner, whose refusals
            // have the shape of all its errors.
            deps.httpRouter.addAuthPolicy({ path, allow: 'unauthenticated' });
          }
          deps.httpRouter.use(served.handler);
          deps.grpc.serve(
            served.definition,
            served.grpc,
            bearerCaller(deps.auth),
          );
        },
      }),
    }),
});

/** What an API is served with; a plugin's own comes from its backend. */
export interface ServeApiOptions
  extends Omit<RunnerServices, 'validator' | 'waitForPosition'> {
  readonly httpAuth: HttpAuthService;
  readonly limits: BodyLimits;
}

/**
 * An API as handlers, for whoever listens.
 *
 * @throws {@link DefinitionError}
 */
export function serveApi(
  api: ServedApi,
  { httpAuth, limits, ...services }: ServeApiOptions,
): {
  definition: ApiDefinition;
  /** Of the portal's port; for the paths under `prefixes`. */
  handler: RequestHandler;
  prefixes: readonly string[];
  /** Of the gRPC port, by path. */
  grpc: Map<string, UniversalHandler>;
} {
  const definition = loadDefinition(api.descriptors);
  const runners = createRunners(definition, api.services, {
    ...services,
    validator: new MessageValidator(),
    waitForPosition: api.waitForPosition,
  });
  const { handler, prefixes } = createApiHandler({ runners, httpAuth, limits });
  const openApi = JSON.stringify(
    renderOpenApi(definition, {
      pluginId: services.pluginId,
      title: api.title,
      version: api.version,
    }),
  );
  return {
    definition,
    prefixes: [...prefixes, OPENAPI_PATH],
    handler(request, response, next) {
      if (request.path === OPENAPI_PATH && request.method === 'GET') {
        response.type('application/json').send(openApi);
      } else {
        handler(request, response, next);
      }
    },
    grpc: createLibraryHandlers(runners, {
      protocols: ['grpc'],
      maxBytes: limits.maxBytes,
    }),
  };
}

/**
 * One runner for each method of the definition.
 *
 * @throws {@link DefinitionError}
 */
export function createRunners(
  definition: ApiDefinition,
  implementations: readonly ServiceImplementation[],
  services: RunnerServices,
): MethodRunner[] {
  for (const { service } of implementations) {
    if (!definition.services.some(each => each.typeName === service.typeName)) {
      throw new DefinitionError(service.typeName, 'is not in the definition');
    }
  }
  return definition.services.flatMap(service => {
    const implementation = implementations.find(
      each => each.service.typeName === service.typeName,
    );
    if (!implementation) {
      throw new DefinitionError(service.typeName, 'is not implemented');
    }
    return service.methods.map(method =>
      createRunner(method, implementation, services),
    );
  });
}

function createRunner(
  method: DescMethod,
  { policies, handlers }: ServiceImplementation,
  services: RunnerServices,
): MethodRunner {
  const policy = policies[method.localName];
  const handler = handlers[method.localName];
  checkPolicy(method, policy);
  if (typeof handler !== 'function') {
    throw new DefinitionError(
      `${method.parent.typeName}.${method.name}`,
      'has no handler',
    );
  }
  return new MethodRunner({ method, policy, handler, services });
}

/** On gRPC there is a bearer token or nothing. */
function bearerCaller(auth: AuthService): CallerOf {
  return request => ({
    ip: request.socket.remoteAddress,
    async authenticate(): Promise<ApiCredentials> {
      const token = /^Bearer +(\S+)$/i.exec(
        request.headers.authorization ?? '',
      )?.[1];
      return token
        ? (auth.authenticate(token) as Promise<ApiCredentials>)
        : auth.getNoneCredentials();
    },
  });
}
