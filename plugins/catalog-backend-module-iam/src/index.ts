/**
 * IAM's users, groups and organizations as entities of the catalog.
 *
 * @packageDocumentation
 */

export { catalogModuleIam as default } from './module';
