/**
 * One call of one method, the same for every transport:
 *
 *     begin    correlation id → credentials → policy
 *     (the transport reads and decodes the request)
 *     run      constraints → policy on the thing named → position → handler
 *
 * What an unknown caller sends is not even read. Every failure leaves as an
 * ApiError.
 */
import type {
  AuditorService,
  LoggerService,
  PermissionsService,
} from '@backstage/backend-plugin-api';
import {
  create,
  isMessage,
  type DescMessage,
  type DescMethod,
  type Message,
  type MessageInitShape,
} from '@bufbuild/protobuf';
import { MethodOptions_IdempotencyLevel } from '@bufbuild/protobuf/wkt';
import { type ApiError, CORRELATION_ID } from '@callboard/api-client';
import type { PolicyDecision } from '@backstage/plugin-permission-common';
import { toApiError } from '../errors/toApiError';
import type { MessageValidator } from '../message/validateMessage';
import type { ApiContext } from './ApiContext';
import { recordOutcome } from './audit';
import { authenticate, authorizeCaller, authorizeRequest } from './caller';
import { CallContext } from './CallContext';
import type { ApiCredentials, IncomingCall } from './IncomingCall';
import type { MethodPolicy } from './policy';
import { raceWithSignal } from './raceWithSignal';
import { readCorrelationId } from './requestHeaders';
import {
  waitForRequestedPosition,
  type WaitForPosition,
} from './waitForPosition';

/** What every method of a plugin is served with. */
export interface RunnerServices {
  readonly pluginId: string;
  readonly logger: LoggerService;
  readonly permissions: PermissionsService;
  readonly auditor: AuditorService;
  readonly validator: MessageValidator;
  readonly noCredentials: ApiCredentials;
  readonly waitForPosition: WaitForPosition | undefined;
  readonly positionTimeoutMs: number;
}

/** A call whose caller is known and may call the method. */
export interface BegunCall {
  readonly call: IncomingCall;
  readonly correlationId: string;
  readonly credentials: ApiCredentials;
  readonly decision: PolicyDecision | undefined;
}

/** Of a record that a known caller was refused. */
const REFUSAL_SEVERITY = 'medium';

/** Handlers as they are called: their messages are those of `method`. */
type AnyHandler = (
  request: Message | AsyncIterable<Message>,
  context: ApiContext,
) => unknown;

export class MethodRunner {
  readonly method: DescMethod;
  readonly #policy: MethodPolicy;
  readonly #handler: AnyHandler;
  readonly #services: RunnerServices;

  constructor(options: {
    method: DescMethod;
    policy: MethodPolicy;
    handler: unknown;
    services: RunnerServices;
  }) {
    this.method = options.method;
    this.#policy = options.policy;
    this.#handler = options.handler as AnyHandler;
    this.#services = options.services;
  }

  get pluginId(): string {
    return this.#services.pluginId;
  }

  /** For whoever decodes requests: of those that don't fit, it finds the rest. */
  get validator(): MessageValidator {
    return this.#services.validator;
  }

  get isRead(): boolean {
    return (
      this.method.idempotency === MethodOptions_IdempotencyLevel.NO_SIDE_EFFECTS
    );
  }

  /** @throws ApiError */
  async begin(call: IncomingCall): Promise<BegunCall> {
    const correlationId = readCorrelationId(call);
    call.setHeader(CORRELATION_ID, correlationId);
    const policy = this.#policy;
    if (policy === 'public') {
      return {
        call,
        correlationId,
        credentials: this.#services.noCredentials,
        decision: undefined,
      };
    }
    let credentials: ApiCredentials | undefined;
    try {
      credentials = await authenticate(call, policy);
      const decision = await authorizeCaller(
        this.#services.permissions,
        policy,
        credentials,
      );
      return { call, correlationId, credentials, decision };
    } catch (thrown) {
      const error = this.fail(thrown, correlationId);
      if (credentials) {
        await this.#recordFailure(
          { call, correlationId, credentials, decision: undefined },
          error,
        );
      }
      throw error;
    }
  }

  /** Of a method that takes one request and gives one answer. */
  async unary(begun: BegunCall, request: Message): Promise<Message> {
    return this.#run(begun, async context => {
      await this.#prepare(begun, request);
      return this.#toAnswer(
        await this.#withinDeadline(
          begun.call,
          this.#handler(request, context) as Promise<object>,
        ),
      );
    });
  }

  /** Of a method that takes a stream and gives one answer. */
  async clientStream(
    begun: BegunCall,
    requests: AsyncIterable<Message>,
  ): Promise<Message> {
    return this.#run(begun, async context =>
      this.#toAnswer(
        await this.#withinDeadline(
          begun.call,
          this.#handler(this.#checked(requests), context) as Promise<object>,
        ),
      ),
    );
  }

  /** Of a method that gives a stream of answers. */
  async *answers(
    begun: BegunCall,
    request: Message | AsyncIterable<Message>,
  ): AsyncGenerator<Message> {
    const { call, correlationId } = begun;
    try {
      if (isStream(request)) {
        await this.#waitForPosition(call);
        yield* this.#stream(begun, this.#checked(request));
      } else {
        await this.#prepare(begun, request);
        yield* this.#stream(begun, request);
      }
    } catch (thrown) {
      const error = this.fail(thrown, correlationId);
      await this.#recordFailure(begun, error);
      throw error;
    }
    await this.#recordOutcome(begun);
  }

  /** Whatever went wrong, for the caller; what is not their business is logged. */
  fail(thrown: unknown, correlationId: string): ApiError {
    const error = toApiError(thrown).withCorrelationId(correlationId);
    if (error.status === 'INTERNAL' || error.status === 'DATA_LOSS') {
      this.#services.logger.error(
        `${this.method.parent.typeName}.${this.method.name} failed`,
        {
          correlationId,
          ...describe(error.cause ?? error),
        },
      );
    }
    return error;
  }

  async #run(
    begun: BegunCall,
    answer: (context: ApiContext) => Promise<Message>,
  ): Promise<Message> {
    let message: Message;
    try {
      message = await answer(this.#contextOf(begun));
    } catch (thrown) {
      const error = this.fail(thrown, begun.correlationId);
      await this.#recordFailure(begun, error);
      throw error;
    }
    await this.#recordOutcome(begun);
    return message;
  }

  async *#stream(
    begun: BegunCall,
    request: Message | AsyncIterable<Message>,
  ): AsyncGenerator<Message> {
    const { signal } = begun.call;
    const messages = this.#handler(
      request,
      this.#contextOf(begun),
    ) as AsyncIterable<object>;
    const iterator = messages[Symbol.asyncIterator]();
    try {
      for (;;) {
        const next = await raceWithSignal(iterator.next(), signal);
        if (next.done) {
          return;
        }
        yield this.#toAnswer(next.value);
      }
    } finally {
      // A handler that hangs must not hold up the end of the call.
      iterator.return?.().catch(() => {});
    }
  }

  /** What is checked once the request is there. */
  async #prepare({ call, credentials }: BegunCall, request: Message) {
    this.#services.validator.check(this.method.input, request);
    if (this.#policy !== 'public') {
      await authorizeRequest(
        this.#services.permissions,
        this.#policy,
        credentials,
        request,
      );
    }
    await this.#waitForPosition(call);
  }

  async #waitForPosition(call: IncomingCall): Promise<void> {
    if (this.isRead && this.#services.waitForPosition) {
      await waitForRequestedPosition(
        call,
        this.#services.waitForPosition,
        this.#services.positionTimeoutMs,
      );
    }
  }

  async *#checked(requests: AsyncIterable<Message>): AsyncGenerator<Message> {
    for await (const request of requests) {
      this.#services.validator.check(this.method.input, request);
      yield request;
    }
  }

  async #withinDeadline(
    call: IncomingCall,
    answer: Promise<object> | object,
  ): Promise<object> {
    if (call.deadline === undefined) {
      return answer;
    }
    return raceWithSignal(Promise.resolve(answer), call.signal);
  }

  #toAnswer(init: object): Message {
    const desc: DescMessage = this.method.output;
    return isMessage(init, desc)
      ? init
      : create(desc, init as MessageInitShape<DescMessage>);
  }

  #contextOf(begun: BegunCall): ApiContext {
    return new CallContext(begun, this.#services.pluginId);
  }

  /** Refusals of a known caller are recorded, whatever the policy says. */
  async #recordFailure(begun: BegunCall, error: ApiError): Promise<void> {
    if (error.status === 'PERMISSION_DENIED') {
      await this.#record(begun, REFUSAL_SEVERITY, error);
    } else {
      await this.#recordOutcome(begun, error);
    }
  }

  async #recordOutcome(begun: BegunCall, error?: ApiError): Promise<void> {
    if (this.#policy !== 'public' && this.#policy.audit) {
      await this.#record(begun, this.#policy.audit, error);
    }
  }

  async #record(
    begun: BegunCall,
    severity: 'low' | 'medium' | 'high' | 'critical',
    error: ApiError | undefined,
  ): Promise<void> {
    if (this.#policy === 'public') {
      return;
    }
    const { auditor, logger, pluginId } = this.#services;
    await recordOutcome(
      { auditor, logger },
      {
        method: this.method,
        context: new CallContext(begun, pluginId),
        severity,
        error,
      },
    );
  }
}

function isStream(
  request: Message | AsyncIterable<Message>,
): request is AsyncIterable<Message> {
  return Symbol.asyncIterator in request;
}

function describe(cause: unknown): { error: string; stack?: string } {
  return cause instanceof Error
    ? { error: `${cause.name}: ${cause.message}`, stack: cause.stack }
    : { error: `${cause}` };
}
