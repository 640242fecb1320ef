/*
 * What the launcher itself settles in the portal's configuration. It goes to
 * the backend through the environment, which is stronger than any file.
 */
import { configured } from './configFiles.ts';
import { grpcAddress } from './grpcAddress.ts';
import { isLoopback } from './isLoopback.ts';
import { isLocalUrl, portalUrl } from './portalUrl.ts';

/** A database connection as Backstage's `pg` client takes it. */
export type DatabaseConnection =
  | string
  | { host: string; port: number; user: string; password: string };

export type PortalSettings = {
  /** Where the portal is opened. */
  url: string;
  /** Whether whoever reaches the portal is let in as a guest. */
  guests: boolean;
  /** `APP_CONFIG_*` */
  env: Record<string, string>;
};

/**
 * @param listen - where the backend is to listen
 * @param database - left out where the configuration names its own
 * @param added - the documents a person added: files and environment
 */
export function portalSettings(
  listen: { host: string; port: number },
  database: DatabaseConnection | undefined,
  added: unknown[],
): PortalSettings {
  const here = portalUrl(listen.host, listen.port);
  const appUrl = configured(added, 'app.baseUrl');
  const url = typeof appUrl === 'string' ? appUrl : here;
  // A proxy in front of the loopback address lets in everyone, too.
  const guests = isLoopback(listen.host) && isLocalUrl(url);
  const grpc = grpcAddress(listen.port, added);
  const settings: Record<string, unknown> = {
    backend_listen: listen,
    ...(grpc && !grpc.isConfigured ? { callboard_grpc_port: grpc.port } : {}),
    ...(appUrl === undefined ? { app_baseUrl: here } : {}),
    ...(configured(added, 'backend.baseUrl') === undefined
      ? { backend_baseUrl: url }
      : {}),
    ...(database === undefined
      ? {}
      : { backend_database: { client: 'pg', connection: database } }),
    ...(guests
      ? {
          app_guestAccess: true,
          auth_providers_guest: {
            dangerouslyAllowOutsideDevelopment: true,
            userEntityRef: 'user:default/guest',
          },
          permission_iam_guestRole: 'local-trial',
        }
      : {}),
  };
  return {
    url,
    guests,
    env: Object.fromEntries(
      Object.entries(settings).map(([name, value]) => [
        `APP_CONFIG_${name}`,
        JSON.stringify(value),
      ]),
    ),
  };
}
