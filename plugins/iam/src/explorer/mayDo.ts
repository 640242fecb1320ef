/**
 * What somebody may do at a place: every known permission, asked one by one, so
 * that it is exactly what the server decides.
 */
import type { Client } from '@connectrpc/connect';
import {
  AccessDecision,
  type ManagementService,
} from '@callboard/plugin-iam-common/api';
import { limitConcurrency } from '../matrix/limitConcurrency';
import type { KnownPermission } from './permissionCatalog';

type Iam = Pick<Client<typeof ManagementService>, 'explainAccess'>;
type AsOf = Parameters<Iam['explainAccess']>[0]['asOf'];

export interface MayDo {
  readonly permission: KnownPermission;
  readonly decision: AccessDecision;
}

/** As many as a browser opens connections to a host over HTTP/1.1. */
const CONCURRENCY = 6;

/** In the order of the permissions. */
export async function readMayDo(
  iam: Iam,
  question: { subject: string; scope: string },
  permissions: readonly KnownPermission[],
  asOf?: AsOf,
  signal?: AbortSignal,
): Promise<MayDo[]> {
  const limited = limitConcurrency(CONCURRENCY);
  return Promise.all(
    permissions.map(permission =>
      limited(async () => {
        signal?.throwIfAborted();
        const { decision } = await iam.explainAccess(
          { ...question, permission: permission.name, asOf },
          { signal },
        );
        return { permission, decision };
      }),
    ),
  );
}

/** Those that are allowed, or for some things; by the plugin that checks them. */
export function byPlugin(
  all: readonly MayDo[],
): readonly (readonly [plugin: string, allowed: readonly MayDo[]])[] {
  const plugins = new Map<string, MayDo[]>();
  for (const each of all) {
    if (
      each.decision === AccessDecision.ALLOW ||
      each.decision === AccessDecision.CONDITIONAL
    ) {
      const { plugin } = each.permission;
      plugins.set(plugin, [...(plugins.get(plugin) ?? []), each]);
    }
  }
  return [...plugins];
}
