/** Runs IAM's units of work on the event store. */
import type { DecideContext } from '@callboard/plugin-eventstore-common';
import type {
  CommandAnswer,
  CommandEnvelope,
  CommandRunner,
} from '@callboard/plugin-eventstore-node';
import { decideWork, type UnitOfWork } from '../domain/unitOfWork';

/**
 * Loads what a unit of work asks for, appends what it decides, and begins again
 * when something it read has changed.
 *
 * @param request - `command`: what tells it from another under the same command
 * id; `admit`: the last word before it is stored
 * @throws CommandRejectedError and what else the runner throws
 */
export function runWork<TResult>(
  runner: CommandRunner,
  request: CommandEnvelope & {
    command: unknown;
    work: (context: Omit<DecideContext, 'aggregateId'>) => UnitOfWork<TResult>;
    admit?: (result: TResult) => Promise<void>;
  },
): Promise<{ answer: CommandAnswer; result?: TResult }> {
  const { work, ...rest } = request;
  return runner.executeUnit<TResult>({
    ...rest,
    unit: context => decideWork(work(context), context),
  });
}
