import {
  createContextKey,
  type ContextKey,
  type HandlerContext,
} from '@connectrpc/connect';
import type { Request } from 'express';
import type {
  ApiCredentials,
  IncomingCall,
  Transport,
} from '../call/IncomingCall';
import type { BegunCall } from '../call/MethodRunner';

/** What the connection knows of a caller, beside the call's headers. */
export interface CallerFacts {
  readonly ip: string | undefined;
  authenticate(): Promise<ApiCredentials>;
  readonly request?: Request;
}

export const callerFacts: ContextKey<CallerFacts | undefined> =
  createContextKey<CallerFacts | undefined>(undefined);

export const begunCall: ContextKey<BegunCall | undefined> = createContextKey<
  BegunCall | undefined
>(undefined);

/** A call that Connect's library received: gRPC, gRPC-web, or a stream. */
export class LibraryCall implements IncomingCall {
  readonly transport: Transport;
  readonly deadline: number | undefined;

  constructor(
    private readonly context: HandlerContext,
    private readonly caller: CallerFacts,
  ) {
    this.transport = context.protocolName as Transport;
    const remaining = context.timeoutMs();
    this.deadline =
      remaining === undefined ? undefined : Date.now() + remaining;
  }

  header(name: string): string | undefined {
    return this.context.requestHeader.get(name) ?? undefined;
  }

  setHeader(name: string, value: string): void {
    this.context.responseHeader.set(name, value);
  }

  get ip(): string | undefined {
    return this.caller.ip;
  }

  get request(): Request | undefined {
    return this.caller.request;
  }

  get signal(): AbortSignal {
    return this.context.signal;
  }

  authenticate(): Promise<ApiCredentials> {
    return this.caller.authenticate();
  }
}
