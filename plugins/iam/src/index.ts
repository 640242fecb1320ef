/**
 * The console of identity and access.
 *
 * @packageDocumentation
 */

export { iamPlugin as default } from './plugin';
