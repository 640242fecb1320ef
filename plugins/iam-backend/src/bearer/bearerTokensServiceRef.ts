import {
  coreServices,
  createServiceFactory,
  createServiceRef,
} from '@backstage/backend-plugin-api';
import { pluginTokenHandlerDecoratorServiceRef } from '@backstage/backend-defaults/auth';
import { ServiceUnavailableError } from '@backstage/errors';
import { BearerTokens } from './BearerTokens';

/** Where the plugin leaves what recognizes its tokens. */
export interface BearerTokensHolder {
  provide(tokens: Pick<BearerTokens, 'verify'>): void;
  verify(token: string): Promise<string | undefined>;
}

export const bearerTokensServiceRef = createServiceRef<BearerTokensHolder>({
  id: 'callboard.iam.bearerTokens',
  scope: 'plugin',
  defaultFactory: async service =>
    createServiceFactory({
      service,
      deps: {},
      factory: () => createHolder(),
    }),
});

/**
 * Lets IAM's own API take tokens and client secrets of its users as bearer
 * tokens. Other plugins refuse them: to Backstage they would be services, which
 * may do everything there.
 *
 * @public
 */
export const iamTokenHandler = createServiceFactory({
  service: pluginTokenHandlerDecoratorServiceRef,
  deps: {
    plugin: coreServices.pluginMetadata,
    tokens: bearerTokensServiceRef,
  },
  factory:
    ({ plugin, tokens }) =>
    others => ({
      issueToken: options => others.issueToken(options),
      async verifyToken(token) {
        if (!BearerTokens.isOne(token)) {
          return others.verifyToken(token);
        }
        const subject =
          plugin.getId() === 'iam' ? await tokens.verify(token) : undefined;
        return subject === undefined ? undefined : { subject };
      },
    }),
});

function createHolder(): BearerTokensHolder {
  let provided: Pick<BearerTokens, 'verify'> | undefined;
  return {
    provide(tokens) {
      provided = tokens;
    },
    async verify(token) {
      if (!provided) {
        throw new ServiceUnavailableError('IAM has not started');
      }
      return provided.verify(token);
    },
  };
}
