/**
 * The API of the event store: its messages and services, for clients; and its
 * definition, for servers. Messages have the names that the domain's types
 * have, so they are not in the package's main entry.
 *
 * @packageDocumentation
 */

export * from './gen/callboard/eventstore/v1/audit_service_pb';
export * from './gen/callboard/eventstore/v1/event_pb';
export * from './gen/callboard/eventstore/v1/log_service_pb';
export * from './gen/callboard/eventstore/v1/spooler_service_pb';
export { descriptors } from './gen/descriptors';
