import { refusal, timestampSchema } from '@callboard/plugin-iam-common';

/** When something ends; in a command. */
export const expiresAtSchema = timestampSchema;

const YEAR = 365 * 24 * 60 * 60 * 1000;

/**
 * Refuses an end that has passed, or lies beyond a limit.
 *
 * @throws CommandRejectedError `iam.input.past`, `iam.input.too_far`
 */
export function requireFuture(
  expiresAt: string | undefined,
  now: Date,
  field = 'expiresAt',
  longest = 10 * YEAR,
): void {
  if (expiresAt === undefined) {
    return;
  }
  const left = Date.parse(expiresAt) - now.getTime();
  if (left <= 0) {
    throw refusal('iam.input.past', field);
  }
  if (left > longest) {
    throw refusal('iam.input.too_far', field);
  }
}

/** Whether an end has come. */
export function hasEnded(expiresAt: string | undefined, now: Date): boolean {
  return expiresAt !== undefined && Date.parse(expiresAt) <= now.getTime();
}
