/**
 * Decides the portal's permissions from the roles that people have in IAM.
 *
 * @packageDocumentation
 */

export { permissionModuleIam as default } from './module';
