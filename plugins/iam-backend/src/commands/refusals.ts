/** What the log refuses, said as IAM says it: with a code and the field. */
import {
  ClaimTakenError,
  CommandRejectedError,
} from '@callboard/plugin-eventstore-common';
import { loginNameKey, refusal } from '@callboard/plugin-iam-common';
import type { Target } from './targets';

type Fields = Readonly<Record<string, unknown>>;

const takenBy: Readonly<
  Record<string, readonly [Parameters<typeof refusal>[0], string]>
> = {
  'iam.instance.domain': ['iam.instance.domain_taken', 'domain'],
  'iam.organization.name': ['iam.organization.name_taken', 'name'],
  'iam.organization.slug': ['iam.organization.slug_taken', 'slug'],
  'iam.organization.domain': ['iam.organization.domain_taken', 'domain'],
  'iam.user.login_name': ['iam.user.login_name_taken', 'username'],
  'iam.group.name': ['iam.group.name_taken', 'name'],
  'iam.group.slug': ['iam.group.slug_taken', 'slug'],
  'iam.project.name': ['iam.project.name_taken', 'name'],
  'iam.project.slug': ['iam.project.slug_taken', 'slug'],
  'iam.administrator_role.key': ['iam.administrator_role.key_taken', 'key'],
};

/**
 * An error as the caller of a command gets it.
 *
 * @param input - the command's fields
 * @param target - what it is about; a refusal that concerns it names its field
 */
export function explainRefusal(
  error: unknown,
  input: Fields,
  target?: { readonly field: string; readonly kind: Target['kind'] },
): unknown {
  if (error instanceof ClaimTakenError) {
    return explainTaken(error, input);
  }
  if (!(error instanceof CommandRejectedError)) {
    return error;
  }
  if (error.field?.endsWith('digest') && input.code !== undefined) {
    return atField(error, 'code');
  }
  return error.field === undefined &&
    target &&
    error.code.startsWith(`iam.${target.kind}.`)
    ? atField(error, target.field)
    : error;
}

/** The same refusal, of another field. */
export function atField(
  { code, message, kind, details }: CommandRejectedError,
  field: string,
): CommandRejectedError {
  return new CommandRejectedError(code, message, { kind, field, details });
}

/** Which aggregate has it stays untold. */
function explainTaken(error: ClaimTakenError, input: Fields): unknown {
  const found = takenBy[error.claimKind];
  if (!found) {
    return error;
  }
  const [code, field] = found;
  if (error.claimKind !== 'iam.user.login_name') {
    return refusal(code, field);
  }
  const isEmail =
    input.username === undefined ||
    (typeof input.email === 'string' &&
      loginNameKey(input.email) === error.value);
  return refusal(code, isEmail ? 'email' : field);
}
