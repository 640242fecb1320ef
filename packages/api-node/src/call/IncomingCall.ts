import type {
  BackstageCredentials,
  BackstageNonePrincipal,
  BackstageServicePrincipal,
  BackstageUserPrincipal,
} from '@backstage/backend-plugin-api';
import type { Request } from 'express';

/** @public */
export type Transport = 'rest' | 'connect' | 'grpc' | 'grpc-web';

/** @public */
export type ApiCredentials = BackstageCredentials<
  BackstageUserPrincipal | BackstageServicePrincipal | BackstageNonePrincipal
>;

/**
 * A call as its transport hands it over, before anything has been checked.
 */
export interface IncomingCall {
  readonly transport: Transport;
  /** A request's header, whatever the case of its name. */
  header(name: string): string | undefined;
  /** Sets a header of the answer. */
  setHeader(name: string, value: string): void;
  readonly ip: string | undefined;
  /**
   * Aborted when the caller goes away or its deadline is over; then its reason
   * says which.
   */
  readonly signal: AbortSignal;
  /** When the caller stops waiting: milliseconds since the epoch. */
  readonly deadline: number | undefined;
  /** @throws Error when there are credentials, but they are not good */
  authenticate(): Promise<ApiCredentials>;
  /** On the portal's port. */
  readonly request?: Request;
}
