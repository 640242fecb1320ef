import {
  createPermission,
  type Permission,
} from '@backstage/plugin-permission-common';

/**
 * What a decision about an event is about.
 *
 * @public
 */
export const RESOURCE_TYPE_EVENT = 'eventstore-event';

/**
 * To see events of the trail. May be given with conditions.
 *
 * @public
 */
export const eventReadPermission = createPermission({
  name: 'eventstore.event.read',
  attributes: { action: 'read' },
  resourceType: RESOURCE_TYPE_EVENT,
});

/**
 * To see how spoolers are doing, and what they could not apply.
 *
 * @public
 */
export const spoolerReadPermission = createPermission({
  name: 'eventstore.spooler.read',
  attributes: { action: 'read' },
});

/**
 * To fill views anew, and to try again what failed.
 *
 * @public
 */
export const spoolerUpdatePermission = createPermission({
  name: 'eventstore.spooler.update',
  attributes: { action: 'update' },
});

/**
 * To check the log against its seals.
 *
 * @public
 */
export const logVerifyPermission = createPermission({
  name: 'eventstore.log.verify',
  attributes: { action: 'read' },
});

/**
 * To take the whole log away in a file.
 *
 * @public
 */
export const logBackupPermission = createPermission({
  name: 'eventstore.log.backup',
  attributes: { action: 'read' },
});

/** @public */
export const eventstorePermissions: readonly Permission[] = [
  eventReadPermission,
  spoolerReadPermission,
  spoolerUpdatePermission,
  logVerifyPermission,
  logBackupPermission,
];
