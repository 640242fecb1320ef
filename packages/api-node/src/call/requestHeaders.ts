/** What a call's headers say, checked. */
import { hash } from 'node:crypto';
import {
  ApiError,
  CORRELATION_ID,
  IDEMPOTENCY_KEY,
  POSITION,
} from '@callboard/api-client';
import { v7 } from 'uuid';
import type { ApiCredentials, IncomingCall } from './IncomingCall';

const CORRELATION_PATTERN = /^[A-Za-z0-9._:/+=-]{1,128}$/;
const KEY_PATTERN = /^[\x21-\x7e]{1,128}$/;
const TRACEPARENT = /^[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}/;

/**
 * The caller's correlation id, or a new one. One that could not stand in a log
 * line is replaced, not refused: it is no reason to fail a call.
 */
export function readCorrelationId(call: Pick<IncomingCall, 'header'>): string {
  const given = call.header(CORRELATION_ID) ?? call.header('X-Request-Id');
  return given && CORRELATION_PATTERN.test(given) ? given : v7();
}

/** The trace id of a W3C traceparent (https://www.w3.org/TR/trace-context/). */
export function readTraceId(call: IncomingCall): string | undefined {
  const id = TRACEPARENT.exec(call.header('traceparent') ?? '')?.[1];
  return id === undefined || /^0+$/.test(id) ? undefined : id;
}

/**
 * The id of the command that the call is: derived from the caller and its
 * `Idempotency-Key`, so that nobody gets the answer to, or gets in the way of,
 * another caller's command. A fresh one without a key.
 *
 * The header is a quoted string by the draft, and often sent without quotes:
 * https://datatracker.ietf.org/doc/draft-ietf-httpapi-idempotency-key-header/
 *
 * @throws ApiError when the key is empty, too long or not printable ASCII
 */
export function readCommandId(
  call: IncomingCall,
  credentials: ApiCredentials,
): string {
  const given = call.header(IDEMPOTENCY_KEY);
  if (given === undefined) {
    return v7();
  }
  const key = /^"(.*)"$/.exec(given)?.[1] ?? given;
  if (!KEY_PATTERN.test(key)) {
    throw headerInvalid(
      IDEMPOTENCY_KEY,
      'must have 1 to 128 printable ASCII characters',
    );
  }
  return hash('sha256', `${principalKey(credentials)}\0${key}`, 'base64url');
}

/** @throws ApiError when it is not a whole number */
export function readPosition(call: IncomingCall): number | undefined {
  const given = call.header(POSITION);
  if (given === undefined) {
    return undefined;
  }
  const position = /^\d{1,16}$/.test(given) ? Number(given) : Number.NaN;
  if (!Number.isSafeInteger(position)) {
    throw headerInvalid(POSITION, 'must be a whole number');
  }
  return position;
}

export function headerInvalid(header: string, problem: string): ApiError {
  return new ApiError(`The header ${header} ${problem}`, {
    code: 'HEADER_INVALID',
    status: 'INVALID_ARGUMENT',
    fields: [{ field: header, rule: 'HEADER_INVALID', message: problem }],
  });
}

function principalKey({ principal }: ApiCredentials): string {
  switch (principal.type) {
    case 'user':
      return `user:${principal.userEntityRef}`;
    case 'service':
      return `service:${principal.subject}`;
    default:
      return 'none';
  }
}
