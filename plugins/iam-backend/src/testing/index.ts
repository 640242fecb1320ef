/**
 * For benches and for the tests of the whole portal: IAM without a backend
 * around it.
 *
 * @packageDocumentation
 */

export { createIamCommands, type IamCommands } from '../commands/IamCommands';
export { addIamViews, IamQueries } from '../queries/IamQueries';
export type { IamViews } from '../queries/IamViews';
export type { Authorizer, Caller } from '../queries/Authorizer';
