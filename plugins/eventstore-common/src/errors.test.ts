import * as everything from '.';
import { EventStoreError } from '.';

/** One of each error, as callers meet them. */
const errors: EventStoreError[] = [
  new everything.BadArgumentError('limit', 'must be positive'),
  new everything.PayloadInvalidError('a.b.c', [{ path: 'x', message: 'no' }]),
  new everything.UnknownTypeError('a.b.c'),
  new everything.TooLargeError('payload', {
    limit: 1,
    actual: 2,
    unit: 'bytes',
  }),
  new everything.WrongVersionError('a.b/1', 1, 2),
  new everything.WrongInstanceError('a.b/1'),
  new everything.ClaimTakenError({ kind: 'a.b.c', value: 'x', owner: 'a.b/1' }),
  new everything.ClaimNotHeldError({ kind: 'a.b.c', value: 'x' }),
  new everything.EventIdTakenError('1'),
  new everything.SubjectErasedError('a.b/1'),
  new everything.MasterKeyMissingError('none'),
  new everything.CommandIdReusedError('1'),
  new everything.ContentionError(3, new Error('cause')),
  new everything.BusyError(),
  new everything.StoreUnreachableError(new Error('cause')),
  new everything.ShuttingDownError(),
  new everything.StoreFailedError('no', new Error('cause')),
  new everything.CommandRejectedError('iam.locked', 'locked', {
    field: 'user',
    details: { since: 1 },
  }),
];

describe('errors', () => {
  it('are all here', () => {
    const classes = Object.values(everything).filter(
      value =>
        typeof value === 'function' &&
        value.prototype instanceof EventStoreError,
    );
    expect(classes).toHaveLength(errors.length);
  });

  it.each(errors.map(error => [error.name, error] as const))(
    '%s has a code of its own, a status, and survives JSON',
    (name, error) => {
      expect(error).toBeInstanceOf(Error);
      expect(error.name).toBe(error.constructor.name);
      expect(errors.filter(({ code }) => code === error.code)).toHaveLength(1);
      expect(error.status).toBeGreaterThanOrEqual(400);
      // Busy, unavailable and contention pass; a changed call is needed else.
      expect(error.retryable).toBe(
        [
          'BusyError',
          'StoreUnreachableError',
          'ShuttingDownError',
          'ContentionError',
        ].includes(name),
      );
      const told = JSON.parse(JSON.stringify(error));
      expect(told).toMatchObject({
        name,
        code: error.code,
        kind: error.kind,
        message: error.message,
        retryable: error.retryable,
      });
      // Causes are for logs; they may name hosts and users.
      expect(JSON.stringify(told)).not.toContain('cause');
    },
  );

  it('tell the facts', () => {
    expect(JSON.parse(JSON.stringify(errors.at(-1)))).toMatchObject({
      code: 'iam.locked',
      field: 'user',
      since: 1,
    });
    expect(errors[4]).toMatchObject({ expected: 1, actual: 2, status: 409 });
  });
});
