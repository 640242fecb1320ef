import type { PolicyDecision } from '@backstage/plugin-permission-common';
import type { Actor, EventContext } from '@callboard/plugin-eventstore-common';
import type { ApiCredentials, Transport } from './IncomingCall';

/**
 * What a handler knows of a call beside its request.
 *
 * @public
 */
export interface ApiContext {
  readonly transport: Transport;
  /** Of the kinds that the policy allows. */
  readonly credentials: ApiCredentials;
  /** The caller, as events name it. */
  readonly actor: Actor;
  /** What events that this call leads to say of their origin. */
  readonly eventContext: EventContext;
  /**
   * The id under which the call's command runs: the same for a repeated call
   * with the same `Idempotency-Key` of the same caller, else unique.
   */
  readonly commandId: string;
  readonly correlationId: string;
  /**
   * Aborted when the caller goes away, its deadline is over or the call ended.
   * Give it to everything that takes one.
   */
  readonly signal: AbortSignal;
  /** When the caller stops waiting. */
  readonly deadline: Date | undefined;
  /**
   * Of a method whose policy is `conditional`: what the caller may see. Never
   * a plain refusal, which the handler is not called for.
   */
  readonly decision: PolicyDecision | undefined;
  /**
   * Says up to which place in the log this call has written. Before the first
   * message of a stream.
   */
  setPosition(position: number): void;
  /** Sets a header of the answer; on gRPC, metadata. */
  setHeader(name: string, value: string): void;
}
