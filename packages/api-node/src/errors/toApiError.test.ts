import { CommandRejectedError } from '@callboard/plugin-eventstore-common';
import { toApiError } from './toApiError';

it.each([
  ['slug', 'slug'],
  ['changes.0.role', 'changes[0].role'],
  ['permissions.12', 'permissions[12]'],
  ['lists.1.2.x', 'lists[1][2].x'],
  ['login.2fa', 'login.2fa'],
])('names the field %s as all faults are named: %s', (field, expected) => {
  const error = new CommandRejectedError('iam.input.format', 'is wrong', {
    kind: 'invalid_argument',
    field,
  });
  expect(toApiError(error)).toMatchObject({
    code: 'IAM_INPUT_FORMAT',
    status: 'INVALID_ARGUMENT',
    fields: [{ field: expected, rule: 'IAM_INPUT_FORMAT' }],
  });
});
