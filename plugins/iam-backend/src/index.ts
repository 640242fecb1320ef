/**
 * Identity and access. Other plugins ask it through
 * `@callboard/plugin-iam-node` and follow its events in
 * `@callboard/plugin-iam-common`.
 *
 * @packageDocumentation
 */

export { iamTokenHandler } from './bearer/bearerTokensServiceRef';
export { iamPlugin as default } from './plugin';
