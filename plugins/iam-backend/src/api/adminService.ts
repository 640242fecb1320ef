/** What administrators of an instance do. */
import { implementService } from '@callboard/api-node';
import { instanceAggregateId } from '@callboard/plugin-iam-common';
import { AdminService } from '@callboard/plugin-iam-common/api';
import {
  commandHandlers,
  sameCommands,
  type GivenCommand,
  type GivenCommands,
} from './commandHandlers';
import { policyOfSettings } from './commandInput';
import { found, readOptions, type IamApi } from './IamApi';
import { instanceMessage, policyMessage } from './messages';
import { policiesFor } from './policiesFor';
import { sourceHandlers } from './sourceHandlers';

/** The caller's instance is what it is about. */
const ofInstance: NonNullable<GivenCommand['toInput']> = (
  input,
  { caller },
) => ({
  ...input,
  scope: instanceAggregateId(caller.instance),
});

const commands = {
  ...sameCommands(
    'renameInstance',
    'changeDefaultLanguage',
    'changeDefaultOrganization',
    'addInstanceDomain',
    'changePrimaryInstanceDomain',
    'removeInstanceDomain',
    'createOrganization',
  ),
  assignInstanceAdministrator: {
    command: 'assignAdministrator',
    toInput: ofInstance,
  },
  unassignInstanceAdministrator: {
    command: 'unassignAdministrator',
    toInput: ofInstance,
  },
  createInstanceAdministratorRole: { command: 'createAdministratorRole' },
  setInstancePolicy: {
    command: 'setPolicy',
    toInput: ({ settings, enforced }, { caller, request }) => ({
      owner: instanceAggregateId(caller.instance),
      policy: policyOfSettings(request.settings),
      settings,
      enforced,
    }),
  },
  resetInstancePolicy: {
    command: 'resetPolicy',
    toInput: ({ kind }, { caller }) => ({
      owner: instanceAggregateId(caller.instance),
      policy: kind,
    }),
  },
} as const satisfies GivenCommands<string>;

export function adminService(api: IamApi) {
  const { queries } = api;
  return implementService(AdminService, {
    policies: policiesFor(AdminService),
    handlers: {
      ...commandHandlers(api, AdminService, commands),
      ...sourceHandlers(api),

      async getMyInstance(request, context) {
        const caller = await api.callerOf(context);
        const instance = await queries.instances.get(
          caller,
          instanceAggregateId(caller.instance),
          readOptions(request, context),
        );
        return instanceMessage(found(instance, 'instance'));
      },

      async listInstancePolicies(request, context) {
        const caller = await api.callerOf(context);
        const policies = await queries.policies.list(
          caller,
          instanceAggregateId(caller.instance),
          readOptions(request, context),
        );
        return { policies: policies.map(policyMessage) };
      },
    },
  });
}
