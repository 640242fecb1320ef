/**
 * The API of identity and access: its messages and services, for clients; and
 * its definition, for servers. Messages have the names that the domain's types
 * have, so they are not in the package's main entry.
 *
 * @packageDocumentation
 */

export * from './gen/callboard/iam/v1/admin_service_pb';
export * from './gen/callboard/iam/v1/administrator_pb';
export * from './gen/callboard/iam/v1/auth_service_pb';
export * from './gen/callboard/iam/v1/command_pb';
export * from './gen/callboard/iam/v1/explanation_pb';
export * from './gen/callboard/iam/v1/grant_pb';
export * from './gen/callboard/iam/v1/group_pb';
export * from './gen/callboard/iam/v1/history_pb';
export * from './gen/callboard/iam/v1/instance_pb';
export * from './gen/callboard/iam/v1/management_service_pb';
export * from './gen/callboard/iam/v1/moment_pb';
export * from './gen/callboard/iam/v1/organization_pb';
export * from './gen/callboard/iam/v1/policy_pb';
export * from './gen/callboard/iam/v1/project_pb';
export * from './gen/callboard/iam/v1/source_pb';
export * from './gen/callboard/iam/v1/system_service_pb';
export * from './gen/callboard/iam/v1/user_import_pb';
export * from './gen/callboard/iam/v1/user_pb';
export { descriptors } from './gen/descriptors';
