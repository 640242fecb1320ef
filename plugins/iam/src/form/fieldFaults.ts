import type { ApiError } from '@callboard/api-client';

/**
 * What is wrong with each field of a form: the faults of `scopes[2]` and
 * `profile.name` are those of `scopes` and `profile`.
 *
 * @returns messages by field, sentences without their full stop
 */
export function fieldFaults(
  error: ApiError | undefined,
): Record<string, string[]> {
  const faults: Record<string, string[]> = {};
  for (const { field, message } of error?.fields ?? []) {
    const name = field.split(/[.[]/, 1)[0] ?? field;
    (faults[name] ??= []).push(
      message.charAt(0).toLocaleUpperCase('en') + message.slice(1),
    );
  }
  return faults;
}
