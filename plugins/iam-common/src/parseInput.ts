import { formatPath } from '@callboard/plugin-eventstore-common';
import { z } from 'zod';
import { refusal, refusals, type RefusalCode } from './refusals';

type Issue = z.core.$ZodIssue;

/**
 * Checks what somebody entered and brings it into the form that is kept.
 *
 * @throws CommandRejectedError with a code `iam.input.*` and the path of the
 * first field at fault
 * @public
 */
export function parseInput<TSchema extends z.ZodType>(
  schema: TSchema,
  value: unknown,
): z.output<TSchema> {
  const parsed = schema.safeParse(value, { reportInput: true });
  if (parsed.success) {
    return parsed.data;
  }
  const { code, path } = faultOf(parsed.error.issues[0]!);
  throw refusal(code, path || undefined);
}

/**
 * Something wrong with what somebody entered.
 *
 * @public
 */
export interface InputFault {
  readonly code: RefusalCode;
  /** Keys and indexes down to the field; empty: the whole. */
  readonly path: readonly PropertyKey[];
  /** For people; says which field it is about. */
  readonly message: string;
}

/**
 * As {@link parseInput}, but says all that is wrong.
 *
 * @public
 */
export function checkInput<TSchema extends z.ZodType>(
  schema: TSchema,
  value: unknown,
):
  | { readonly data: z.output<TSchema> }
  | { readonly faults: readonly InputFault[] } {
  const parsed = schema.safeParse(value, { reportInput: true });
  if (parsed.success) {
    return { data: parsed.data };
  }
  return {
    faults: parsed.error.issues.map(issue => {
      const { code, path } = faultOf(issue);
      return {
        code,
        path:
          issue.code === 'unrecognized_keys'
            ? [...issue.path, issue.keys[0]!]
            : issue.path,
        message: refusal(code, path || undefined).message,
      };
    }),
  };
}

function faultOf(issue: Issue): { code: RefusalCode; path: string } {
  const path = formatPath(...issue.path);
  switch (issue.code) {
    case 'custom': {
      const code: unknown = issue.params?.code;
      return { code: isInputCode(code) ? code : 'iam.input.format', path };
    }
    case 'unrecognized_keys':
      return {
        code: 'iam.input.unknown_field',
        path: formatPath(...issue.path, issue.keys[0]),
      };
    case 'invalid_type':
      return { code: missingOr('iam.input.wrong_type', issue), path };
    case 'invalid_value':
      return { code: missingOr('iam.input.unknown_choice', issue), path };
    case 'invalid_union':
      return { code: missingOr(unionCode(issue), issue), path };
    case 'too_small':
      return { code: tooSmall(issue), path };
    case 'too_big':
      return { code: tooBig(issue), path };
    default:
      return { code: 'iam.input.format', path };
  }
}

function missingOr(code: RefusalCode, issue: Issue): RefusalCode {
  return issue.input === undefined ? 'iam.input.missing' : code;
}

/** Of a union of ids: a well-formed id of another kind, or no id at all. */
function unionCode(issue: z.core.$ZodIssueInvalidUnion): RefusalCode {
  if (issue.errors.length === 0) {
    return 'iam.input.unknown_choice';
  }
  const branches = issue.errors.map(errors => errors[0]);
  return branches.every(
    branch =>
      branch?.code === 'custom' &&
      branch.params?.code === 'iam.input.wrong_kind',
  )
    ? 'iam.input.wrong_kind'
    : 'iam.input.format';
}

function tooSmall(issue: z.core.$ZodIssueTooSmall): RefusalCode {
  if (issue.origin === 'number' || issue.origin === 'int') {
    return 'iam.input.too_small';
  }
  return issue.minimum === 1 ? 'iam.input.empty' : 'iam.input.too_short';
}

function tooBig(issue: z.core.$ZodIssueTooBig): RefusalCode {
  if (issue.origin === 'number' || issue.origin === 'int') {
    return 'iam.input.too_large';
  }
  return issue.origin === 'array' ? 'iam.input.too_many' : 'iam.input.too_long';
}

function isInputCode(code: unknown): code is RefusalCode {
  return (
    typeof code === 'string' &&
    code.startsWith('iam.input.') &&
    Object.hasOwn(refusals, code)
  );
}
