import { instanceAggregateId } from '@callboard/plugin-iam-common';
import { currentInstance, read, type UnitOfWork } from '../unitOfWork';
import {
  instanceAggregate,
  requireActiveInstance,
  type InstanceState,
} from './instance';

/**
 * The instance in which a unit of work runs.
 *
 * @throws CommandRejectedError unless it is active
 */
export function* readActiveInstance(): UnitOfWork<InstanceState> {
  const id = instanceAggregateId(yield* currentInstance());
  const instance = yield* read(instanceAggregate, id);
  requireActiveInstance(instance);
  return instance;
}
