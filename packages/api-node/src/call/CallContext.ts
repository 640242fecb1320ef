import type { PolicyDecision } from '@backstage/plugin-permission-common';
import { IDEMPOTENCY_KEY, POSITION } from '@callboard/api-client';
import type { Actor, EventContext } from '@callboard/plugin-eventstore-common';
import type { Request } from 'express';
import type { ApiContext } from './ApiContext';
import { toActor } from './caller';
import type { ApiCredentials, IncomingCall, Transport } from './IncomingCall';
import type { BegunCall } from './MethodRunner';
import { readCommandId, readTraceId } from './requestHeaders';
import { toClientIp } from './toClientIp';

const MAX_USER_AGENT = 1024;

/** A begun call as its handler sees it. Made for each call, so all is lazy. */
export class CallContext implements ApiContext {
  readonly transport: Transport;
  readonly credentials: ApiCredentials;
  readonly correlationId: string;
  readonly decision: PolicyDecision | undefined;
  readonly #call: IncomingCall;
  readonly #pluginId: string;
  #commandId: string | undefined;

  /** @throws ApiError when the call's idempotency key is malformed */
  constructor(begun: BegunCall, pluginId: string) {
    this.#call = begun.call;
    this.#pluginId = pluginId;
    this.transport = begun.call.transport;
    this.credentials = begun.credentials;
    this.correlationId = begun.correlationId;
    this.decision = begun.decision;
    if (begun.call.header(IDEMPOTENCY_KEY) !== undefined) {
      this.#commandId = readCommandId(begun.call, begun.credentials);
    }
  }

  get commandId(): string {
    this.#commandId ??= readCommandId(this.#call, this.credentials);
    return this.#commandId;
  }

  /** On the portal's port. */
  get request(): Request | undefined {
    return this.#call.request;
  }

  get signal(): AbortSignal {
    return this.#call.signal;
  }

  get deadline(): Date | undefined {
    const { deadline } = this.#call;
    return deadline === undefined ? undefined : new Date(deadline);
  }

  get actor(): Actor {
    return toActor(this.credentials);
  }

  get eventContext(): EventContext {
    return {
      plugin: this.#pluginId,
      ip: toClientIp(this.#call.ip),
      userAgent:
        this.#call.header('User-Agent')?.slice(0, MAX_USER_AGENT) || undefined,
      correlationId: this.correlationId,
      commandId: this.commandId,
      traceId: readTraceId(this.#call),
    };
  }

  setPosition(position: number): void {
    this.#call.setHeader(POSITION, `${position}`);
  }

  setHeader(name: string, value: string): void {
    this.#call.setHeader(name, value);
  }
}
