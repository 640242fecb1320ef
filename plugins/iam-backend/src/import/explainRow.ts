import {
  refusal,
  refusals,
  type RefusalCode,
} from '@callboard/plugin-iam-common';
import type { FailedRow } from './importStep';

/** Why a row made no user, in words. */
export function explainRow({
  code,
  field,
}: Pick<FailedRow, 'code' | 'field'>): string {
  return Object.hasOwn(refusals, code)
    ? refusal(code as RefusalCode, field).message
    : code;
}
