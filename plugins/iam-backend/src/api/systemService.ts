/** What the operator of the portal does with instances. */
import { implementService } from '@callboard/api-node';
import type { InstanceId } from '@callboard/plugin-eventstore-common';
import { instanceAggregateId } from '@callboard/plugin-iam-common';
import {
  InstanceStatusSchema,
  SystemService,
} from '@callboard/plugin-iam-common/api';
import {
  commandHandlers,
  sameCommands,
  type GivenCommands,
} from './commandHandlers';
import { found, pageOptions, readOptions, type IamApi } from './IamApi';
import { search, sorted, statuses } from './listFilters';
import { instanceMessage, pageEnd } from './messages';
import { policiesFor } from './policiesFor';

const commands = {
  ...sameCommands('createInstance', 'removeInstance'),
  changeInstanceLimits: {
    command: 'changeInstanceLimits',
    toInput: input => ({ auditDays: null, ...input }),
  },
} as const satisfies GivenCommands<string>;

export function systemService(api: IamApi) {
  const { queries } = api;
  return implementService(SystemService, {
    policies: policiesFor(SystemService),
    handlers: {
      ...commandHandlers(api, SystemService, commands),

      async listInstances(request, context) {
        const page = await queries.instances.list(
          await api.callerOf(context),
          {
            status: statuses(InstanceStatusSchema, request.statuses),
            ...search(request),
          },
          { ...pageOptions(request, context), ...sorted(request) },
        );
        return { instances: page.items.map(instanceMessage), ...pageEnd(page) };
      },

      async getInstance(request, context) {
        const instance = await queries.instances.get(
          await api.callerOf(context),
          instanceAggregateId(request.instance as InstanceId),
          readOptions(request, context),
        );
        return instanceMessage(found(instance, 'instance'));
      },
    },
  });
}
