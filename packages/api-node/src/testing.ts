/**
 * An API without a backend around it: for benchmarks, and for tests that need
 * no more.
 *
 * @packageDocumentation
 */

export { serveApi, type ServeApiOptions } from './apiServiceRef';
export { GrpcServer, type GrpcServerOptions } from './grpc/GrpcServer';
