/**
 * Which permissions there are: IAM's own, and those that other plugins say they
 * check. A role may carry others too; nobody can list what a plugin that is not
 * there would ask for.
 */
import type { FetchApi } from '@backstage/frontend-plugin-api';
import type { Client } from '@connectrpc/connect';
import type { ManagementService } from '@callboard/plugin-iam-common/api';

export interface KnownPermission {
  readonly name: string;
  readonly description: string;
  /** Which plugin checks it. */
  readonly plugin: string;
}

/** Plugins of the portal that check permissions of their own. */
const PLUGINS = ['catalog', 'scaffolder'];

export async function readPermissions(
  iam: Pick<Client<typeof ManagementService>, 'listPermissions'>,
  fetchApi: FetchApi,
  signal?: AbortSignal,
): Promise<KnownPermission[]> {
  const [own, ...others] = await Promise.all([
    iam.listPermissions({}, { signal }),
    ...PLUGINS.map(plugin => readPermissionsOf(plugin, fetchApi, signal)),
  ]);
  return [
    ...own.permissions.map(({ name, description }) => ({
      name,
      description,
      plugin: 'iam',
    })),
    ...others.flat(),
  ];
}

/** What a plugin says itself; nothing when it doesn't. */
async function readPermissionsOf(
  plugin: string,
  fetchApi: FetchApi,
  signal?: AbortSignal,
): Promise<KnownPermission[]> {
  try {
    const response = await fetchApi.fetch(
      `plugin://${plugin}/.well-known/backstage/permissions/metadata`,
      { signal },
    );
    const body: unknown = response.ok ? await response.json() : {};
    return namesIn(body).map(name => ({ name, description: '', plugin }));
  } catch {
    return [];
  }
}

function namesIn(body: unknown): string[] {
  const { permissions } = (body ?? {}) as { permissions?: unknown };
  return Array.isArray(permissions)
    ? permissions
        .map((each: { name?: unknown }) => each?.name)
        .filter(name => typeof name === 'string')
    : [];
}
