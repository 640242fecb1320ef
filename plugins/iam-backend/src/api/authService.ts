/** One's own account. */
import { implementService } from '@callboard/api-node';
import type { ScopeId, UserId } from '@callboard/plugin-iam-common';
import { AuthService } from '@callboard/plugin-iam-common/api';
import {
  commandHandlers,
  type GivenCommand,
  type GivenCommands,
} from './commandHandlers';
import {
  found,
  pageOptions,
  readOptions,
  userCallerOf,
  type IamApi,
} from './IamApi';
import { given } from './listFilters';
import {
  administratorMessage,
  explanationMessage,
  grantMessage,
  membershipMessage,
  pageEnd,
  userMessage,
} from './messages';
import { listChanges } from './listChanges';
import { policiesFor } from './policiesFor';

export function authService(api: IamApi) {
  const { queries } = api;
  const own = (command: GivenCommand['command']): GivenCommand => ({
    command,
    caller: (_request, context) => userCallerOf(api, context),
    toInput: (input, { caller }) => ({
      ...input,
      user: caller.kind === 'user' ? caller.user : undefined,
    }),
  });
  const commands = {
    changeMyProfile: own('changeProfile'),
    changeMyEmail: own('changeEmail'),
    requestMyEmailCode: own('requestEmailCode'),
    verifyMyEmail: own('verifyEmail'),
    changeMyPhone: own('changePhone'),
    requestMyPhoneCode: own('requestPhoneCode'),
    verifyMyPhone: own('verifyPhone'),
    removeMyPhone: own('removePhone'),
    createMyToken: own('createToken'),
    revokeMyToken: own('revokeToken'),
    acceptInvitation: {
      command: 'acceptInvitation',
      // Nobody has signed in yet: the code says who it is.
      caller: async ({ user }, context) => ({
        kind: 'user',
        instance: await api.instanceOf(context),
        user: user as UserId,
      }),
    },
  } satisfies GivenCommands<string>;
  return implementService(AuthService, {
    policies: {
      ...policiesFor(AuthService),
      acceptInvitation: 'public',
    },
    handlers: {
      ...commandHandlers(api, AuthService, commands),

      async getMe(request, context) {
        const caller = await userCallerOf(api, context);
        const user = await queries.users.get(
          caller,
          caller.user,
          readOptions(request, context),
        );
        return userMessage(found(user, 'user'), await api.uses.of(caller.user));
      },

      async listMyGrants(request, context) {
        const caller = await userCallerOf(api, context);
        const page = await queries.grants.list(
          caller,
          { subject: caller.user },
          { ...pageOptions(request, context), descending: !request.ascending },
        );
        return { grants: page.items.map(grantMessage), ...pageEnd(page) };
      },

      async listMyMemberships(request, context) {
        const caller = await userCallerOf(api, context);
        const page = await queries.members.groupsOf(caller, caller.user, {
          ...pageOptions(request, context),
          descending: !request.ascending,
        });
        return {
          memberships: page.items.map(membershipMessage),
          ...pageEnd(page),
        };
      },

      async listMyAdministrations(request, context) {
        const caller = await userCallerOf(api, context);
        const page = await queries.administrators.list(
          caller,
          { subject: caller.user },
          { ...pageOptions(request, context), descending: !request.ascending },
        );
        return {
          administrations: page.items.map(administratorMessage),
          ...pageEnd(page),
        };
      },

      async listMyChanges(request, context) {
        const caller = await userCallerOf(api, context);
        return listChanges(api, caller, caller.user, request);
      },

      async explainMyAccess(request, context) {
        const caller = await userCallerOf(api, context);
        const explanation = await queries.explainer.explain(
          caller,
          {
            subject: caller.user,
            permission: request.permission,
            scope: given<ScopeId>(request.scope),
          },
          readOptions(request, context),
        );
        return explanationMessage(found(explanation, 'user'));
      },
    },
  });
}
