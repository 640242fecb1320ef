/**
 * Typed clients for Callboard's APIs, and the one shape of their errors. For
 * browsers and servers.
 *
 * @packageDocumentation
 */

export * from './ApiError';
export * from './canonicalStatus';
export * from './createApiClient';
export * from './errorBody';
export * from './errorDetails';
export * from './headers';
export { defaultRetry, type RetryClock, type RetryOptions } from './retry';
export * from './SeenPosition';

// Google's messages that APIs of ours use; code that is generated from our
// definitions imports them from here.
export * from './gen/google/api/httpbody_pb';
export * from './gen/google/rpc/error_details_pb';
