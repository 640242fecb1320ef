/**
 * The API of the event store, and Backstage's auditor with the log behind it.
 *
 * @packageDocumentation
 */

export { auditorServiceFactory } from './auditor/auditorServiceFactory';
export { eventstorePlugin as default } from './plugin';
