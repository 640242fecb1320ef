import { ApiError } from '@callboard/api-client';
import { fieldFaults } from './fieldFaults';

it('gathers the faults of each field of a form', () => {
  const error = new ApiError('no', {
    code: 'INVALID',
    status: 'INVALID_ARGUMENT',
    fields: [
      { field: 'name', rule: 'a', message: 'is too long' },
      { field: 'scopes[2]', rule: 'b', message: 'has the wrong format' },
      { field: 'scopes[3]', rule: 'c', message: 'is given twice' },
      { field: 'publicKey.x', rule: 'd', message: 'must not be empty' },
    ],
  });
  expect(fieldFaults(error)).toEqual({
    name: ['Is too long'],
    scopes: ['Has the wrong format', 'Is given twice'],
    publicKey: ['Must not be empty'],
  });
  expect(fieldFaults(undefined)).toEqual({});
});
