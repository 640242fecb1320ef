/**
 * The all-in-one backend: which plugins and modules make up Callboard.
 * Wiring only; nothing is decided here.
 */
import { createBackend } from '@backstage/backend-defaults';
import { auditorServiceFactory } from '@callboard/plugin-eventstore-backend';
import { iamTokenHandler } from '@callboard/plugin-iam-backend';
import { rootHttpRouter } from './rootHttpRouter';

const backend = createBackend();

backend.add(rootHttpRouter);
backend.add(auditorServiceFactory);
backend.add(iamTokenHandler);

backend.add(import('@callboard/plugin-eventstore-backend'));
backend.add(import('@callboard/plugin-iam-backend'));

backend.add(import('@backstage/plugin-app-backend'));

backend.add(import('@backstage/plugin-auth-backend'));
backend.add(import('@backstage/plugin-auth-backend-module-guest-provider'));

backend.add(import('@backstage/plugin-permission-backend'));
backend.add(import('@callboard/plugin-permission-backend-module-iam'));

backend.add(import('@backstage/plugin-catalog-backend'));
backend.add(import('@backstage/plugin-catalog-backend-module-logs'));
backend.add(import('@callboard/plugin-catalog-backend-module-iam'));
backend.add(
  import('@backstage/plugin-catalog-backend-module-scaffolder-entity-model'),
);

backend.add(import('@backstage/plugin-search-backend'));
backend.add(import('@backstage/plugin-search-backend-module-pg'));
backend.add(import('@backstage/plugin-search-backend-module-catalog'));

backend.add(import('@backstage/plugin-scaffolder-backend'));
backend.add(
  import('@backstage/plugin-scaffolder-backend-module-notifications'),
);

// Carries signals from the node that sends them to the node that holds the
// browser's connection.
backend.add(import('@backstage/plugin-events-backend'));
backend.add(import('@backstage/plugin-notifications-backend'));
backend.add(import('@backstage/plugin-signals-backend'));
backend.add(import('@backstage/plugin-user-settings-backend'));

backend.start();
