import { grpcAddress } from './grpcAddress.ts';
import type { DatabaseConnection } from './portalConfig.ts';

/**
 * The configuration of `npm run dev`, for app and backend: the app is served by
 * a development server on a port of its own, so the backend must let it in.
 *
 * @param added - the documents a person added: files and environment
 */
export function developmentEnvironment(
  listen: { host: string; port: number; appPort: number },
  connection: DatabaseConnection,
  added: unknown[],
): Record<string, string> {
  const { host, port, appPort } = listen;
  const grpc = grpcAddress(port, added);
  const appUrl = `http://localhost:${appPort}`;
  const settings = {
    app_baseUrl: appUrl,
    app_listen: { host, port: appPort },
    app_guestAccess: true,
    backend_baseUrl: `http://localhost:${port}`,
    backend_listen: { host, port },
    ...(grpc && !grpc.isConfigured ? { callboard_grpc_port: grpc.port } : {}),
    backend_cors: { origin: appUrl, credentials: true },
    backend_database: { client: 'pg', connection },
    auth_providers_guest: { userEntityRef: 'user:default/guest' },
    permission_iam_guestRole: 'local-trial',
  };
  return Object.fromEntries(
    Object.entries(settings).map(([name, value]) => [
      `APP_CONFIG_${name}`,
      JSON.stringify(value),
    ]),
  );
}
