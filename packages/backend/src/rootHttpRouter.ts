import { rootHttpRouterServiceFactory } from '@backstage/backend-defaults/rootHttpRouter';
import { resolvePackagePath } from '@backstage/backend-plugin-api';
import { endLongConnections } from './endLongConnections';
import { precompressedAssets } from './precompressedAssets';

/**
 * Backstage's root HTTP router with two additions. It stops without waiting for
 * connections that are there to stay. And the app's static assets are
 * answered from their precompressed siblings before any other middleware
 * spends time on them. What is not found there falls through to app-backend,
 * which also keeps the previous release's assets for tabs that are still open.
 */
export const rootHttpRouter = rootHttpRouterServiceFactory({
  configure({ app, config, lifecycle, middleware, server, applyDefaults }) {
    endLongConnections(server, lifecycle);
    const appPackage = config.getOptionalString('app.packageName') ?? 'app';
    app.use(
      '/static',
      middleware.helmet(),
      precompressedAssets(resolvePackagePath(appPackage, 'dist', 'static')),
    );
    applyDefaults();
  },
});
