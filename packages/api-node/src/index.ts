/**
 * Serves one API definition as gRPC, gRPC-web, Connect and REST.
 *
 * @packageDocumentation
 */

export type { ApiContext } from './call/ApiContext';
export { AUDITED_CALL, type AuditedCall } from './call/audit';
export type { MethodHandler, ServiceHandlers } from './call/handlers';
export type { ApiCredentials, Transport } from './call/IncomingCall';
export type { CallerKind, MethodPolicy, ServicePolicies } from './call/policy';
export { toClientIp } from './call/toClientIp';
export type { WaitForPosition } from './call/waitForPosition';
export { toApiError } from './errors/toApiError';
export { DefinitionError } from './definition/DefinitionError';
export {
  loadDefinition,
  type ApiDefinition,
} from './definition/loadDefinition';
export { grpcServiceRef, type GrpcService } from './grpc/grpcServiceRef';
export {
  renderApiEntities,
  type ApiEntityOptions,
} from './openapi/renderApiEntities';
export { renderOpenApi, type OpenApiOptions } from './openapi/renderOpenApi';
export {
  apiServiceRef,
  implementService,
  type ApiService,
  type ServedApi,
  type ServiceImplementation,
} from './apiServiceRef';
