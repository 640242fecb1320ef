/**
 * Serves one API definition as gRPC, gRPC-web, Connect and REST.
 *
 * @packageDocumentation
 */
export {};
