/**
 * Percent-encodes what gRPC's protocol wants encoded and no more
 * (https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md#responses).
 * Connect's library encodes more, which grpc-js and others don't decode.
 */
export function encodeGrpcMessage(message: string): string {
  return message.replace(/[^\x20-\x24\x26-\x7e]+/g, encodeURIComponent);
}
