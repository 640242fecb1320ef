import type { DescMethod, DescService } from '@bufbuild/protobuf';
import {
  coreServices,
  createServiceFactory,
  createServiceRef,
  type AuthService,
} from '@backstage/backend-plugin-api';
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
import { createLibraryHandlers } from './library/createHandlers';
import { MessageValidator } from './message/validateMessage';
import { renderOpenApi } from './openapi/renderOpenApi';
import { readLimits } from './readLimits';

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
          const definition = loadDefinition(api.descriptors);
          const runners = createRunners(definition, api.services, {
            pluginId: deps.plugin.getId(),
            logger: deps.logger,
            permissions: deps.permissions,
            auditor: deps.auditor,
            validator: new MessageValidator(),
            noCredentials: await deps.auth.getNoneCredentials(),
            waitForPosition: api.waitForPosition,
            positionTimeoutMs: limits.positionTimeoutMs,
          });
          const { handler, prefixes } = createApiHandler({
            runners,
            httpAuth: deps.httpAuth,
            limits: limits.body,
          });
          const openApi = JSON.stringify(
            renderOpenApi(definition, {
              pluginId: deps.plugin.getId(),
              title: api.title,
              version: api.version,
            }),
          );
          for (const path of [...prefixes, '/openapi.json']) {
            // Each method's policy is checked by its runner, whose refusals
            // have the shape of all its errors.
            deps.httpRouter.addAuthPolicy({ path, allow: 'unauthenticated' });
          }
          deps.httpRouter.use((request, response, next) => {
            if (request.path === '/openapi.json' && request.method === 'GET') {
              response.type('application/json').send(openApi);
            } else {
              handler(request, response, next);
            }
          });
          deps.grpc.serve(
            definition,
            createLibraryHandlers(runners, {
              protocols: ['grpc'],
              maxBytes: limits.body.maxBytes,
            }),
            bearerCaller(deps.auth),
          );
        },
      }),
    }),
});

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
