/**
 * Removing something that others depend on takes several appends. It starts
 * with an event after which nothing can be added to it any more, goes through
 * stages that each take one kind of dependents along, and ends with the event
 * that frees its names. Stages that are done are events, so a process that
 * crashed goes on where it was; each step may run twice.
 */
import { refusal, type RefusalCode } from '@callboard/plugin-iam-common';

/** The first stage that is not done; undefined when all are. */
export function nextStage<TStage extends string>(
  stages: readonly TStage[],
  done: readonly string[],
): TStage | undefined {
  return stages.find(stage => !done.includes(stage));
}

/**
 * Whether a stage has to be recorded as done: it is the next one. One that is
 * done already needs nothing.
 *
 * @throws CommandRejectedError when an earlier stage is not done
 */
export function completesStage(
  stages: readonly string[],
  done: readonly string[],
  stage: string,
  otherwise: RefusalCode,
): boolean {
  if (done.includes(stage)) {
    return false;
  }
  if (nextStage(stages, done) !== stage) {
    throw refusal(otherwise, 'stage');
  }
  return true;
}
