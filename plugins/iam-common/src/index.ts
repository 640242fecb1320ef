/**
 * Names, permissions, policies and public events of identity and access.
 * Usable in browsers.
 *
 * @packageDocumentation
 */

export * from './entityRefs';
export * from './asCode/documents';
export * from './events';
export * from './guest';
export * from './identifiers';
export * from './parseInput';
export * from './permissions/administratorRoles';
export * from './permissions/permissionPattern';
export * from './permissions/permissions';
export * from './permissions/portalPermissions';
export * from './permissions/roleCondition';
export * from './permissions/rolePermission';
export * from './policies/effectivePolicy';
export * from './policies/policySettings';
export * from './refusals';
export * from './values/credential';
export * from './values/domainName';
export * from './values/emailAddress';
export * from './values/language';
export { nameKey } from './values/lookAlikes';
export * from './values/metadata';
export * from './values/name';
export * from './values/phoneNumber';
export * from './values/slug';
export * from './values/username';
