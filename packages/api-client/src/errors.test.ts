import { ConnectError, Code } from '@connectrpc/connect';
import { create, toBinary } from '@bufbuild/protobuf';
import fc from 'fast-check';
import { ApiError } from './ApiError';
import {
  grpcCodeOf,
  isCanonicalStatus,
  statusOfGrpcCode,
} from './canonicalStatus';
import { fromErrorBody, toErrorBody } from './errorBody';
import { fromConnectError, toConnectError } from './errorDetails';

const statuses = Object.values(Code)
  .filter(code => typeof code === 'number')
  .map(code => statusOfGrpcCode(code));

const arbitraryError = fc
  .record({
    message: fc.string({ unit: 'binary' }),
    code: fc.stringMatching(/^[A-Z][A-Z_]{1,20}[A-Z]$/),
    status: fc.constantFrom(...statuses),
    fields: fc.array(
      fc.record({
        field: fc.string(),
        rule: fc.string(),
        message: fc.string(),
      }),
    ),
    correlationId: fc.option(fc.string({ minLength: 1 }), { nil: undefined }),
    retry: fc.option(fc.option(fc.nat(1e7), { nil: undefined })),
    metadata: fc.dictionary(
      fc.string().filter(key => key !== '__proto__'),
      fc.string(),
    ),
  })
  .map(
    ({ message, retry, ...options }) =>
      new ApiError(message, {
        ...options,
        retryable: retry !== null,
        retryAfterMs: retry ?? undefined,
      }),
  );

const facts = ({ message, ...error }: ApiError) => ({
  ...error,
  message,
  metadata: { ...error.metadata },
  stack: undefined,
  cause: undefined,
});

it('arrives whole in a REST body', () => {
  fc.assert(
    fc.property(arbitraryError, error => {
      const body = JSON.parse(JSON.stringify(toErrorBody(error)));
      expect(facts(fromErrorBody(body)!)).toEqual(facts(error));
    }),
  );
});

it('arrives whole as the details of gRPC and Connect', () => {
  fc.assert(
    fc.property(arbitraryError, error => {
      const sent = toConnectError(error, 'x.callboard.io');
      const received = new ConnectError(sent.rawMessage, sent.code);
      received.details = sent.details.map(detail => {
        if (!('desc' in detail)) {
          throw new Error('not sent by us');
        }
        return {
          type: detail.desc.typeName,
          value: toBinary(detail.desc, create(detail.desc, detail.value)),
        };
      });
      expect(facts(fromConnectError(received))).toEqual(facts(error));
    }),
  );
});

it('is made of whatever a client throws', () => {
  expect(fromConnectError(new TypeError('Failed to fetch'))).toMatchObject({
    code: 'UNREACHABLE',
    status: 'UNAVAILABLE',
    retryable: true,
  });
  expect(
    fromConnectError(
      new ConnectError(
        'x',
        Code.Unknown,
        undefined,
        undefined,
        new TypeError('fetch failed'),
      ),
    ),
  ).toMatchObject({ code: 'UNREACHABLE' });
  expect(
    fromConnectError(new DOMException('aborted', 'AbortError')),
  ).toMatchObject({ code: 'CANCELLED', status: 'CANCELLED', retryable: false });
  expect(fromConnectError(new Error('odd'))).toMatchObject({
    code: 'UNKNOWN',
    message: 'odd',
  });
  expect(fromConnectError('odd')).toMatchObject({ message: 'odd' });
  // Answered by a proxy, not by us.
  expect(
    fromConnectError(new ConnectError('HTTP 502', Code.Unavailable)),
  ).toMatchObject({
    code: 'UNAVAILABLE',
    retryable: true,
    fields: [],
  });
  const own = new ApiError('x', { code: 'X', status: 'ABORTED' });
  expect(fromConnectError(own)).toBe(own);
});

it.each([
  undefined,
  null,
  'x',
  1,
  [],
  {},
  { error: {} },
  { error: { code: 1 } },
  { error: { code: 'X', message: 'x', status: 'NOPE' } },
])('is not made of the body %j', body => {
  expect(fromErrorBody(body)).toBeUndefined();
});

it('breaks on no text', () => {
  const { message } = toConnectError(
    new ApiError('half \ud83d', { code: 'X', status: 'INTERNAL' }),
    'x',
  );
  expect(() => encodeURIComponent(message)).not.toThrow();
});

it('knows every status by both of its names', () => {
  for (const status of statuses) {
    expect(isCanonicalStatus(status)).toBe(true);
    expect(statusOfGrpcCode(grpcCodeOf(status))).toBe(status);
  }
  expect(statusOfGrpcCode(99)).toBe('UNKNOWN');
  expect(isCanonicalStatus('toString')).toBe(false);
});
