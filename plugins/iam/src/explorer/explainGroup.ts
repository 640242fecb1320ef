/**
 * What a group passes on to its members. A group does nothing itself, so the
 * server explains people and machines only; here it is put together from what
 * the group, and the groups it is in, were given.
 */
import { timestampMs } from '@bufbuild/protobuf/wkt';
import type { Client } from '@connectrpc/connect';
import { matchesPermission } from '@callboard/plugin-iam-common';
import {
  ProjectStatus,
  RoleStatus,
  type ManagementService,
} from '@callboard/plugin-iam-common/api';
import { allPages } from '../reading/allPages';
import {
  carriesParts,
  conditionInWords,
  grantParts,
  memberParts,
  obstacleInWords,
  type ExplainedChain,
  type Step,
} from './ExplainedChain';

type Iam = Pick<
  Client<typeof ManagementService>,
  'listGrants' | 'listMemberships' | 'listRoles' | 'getProject'
>;
type AsOf = Parameters<Iam['listGrants']>[0]['asOf'];

interface Way {
  readonly group: string;
  readonly steps: readonly Step[];
}

/** Chains that hold come first. */
export async function explainGroup(
  iam: Iam,
  question: { group: string; permission: string; project?: string },
  asOf?: AsOf,
  signal?: AbortSignal,
): Promise<ExplainedChain[]> {
  const ways = await waysUp(iam, question.group, asOf, signal);
  const chains = await Promise.all(
    ways.map(way => chainsOf(iam, way, question, asOf, signal)),
  );
  const all = chains.flat();
  return [
    ...all.filter(({ obstacles }) => obstacles.length === 0),
    ...all.filter(({ obstacles }) => obstacles.length > 0),
  ];
}

/** The group and those it is in, at any depth, each by the shortest way. */
async function waysUp(
  iam: Iam,
  group: string,
  asOf: AsOf,
  signal?: AbortSignal,
): Promise<Way[]> {
  const found: Way[] = [{ group, steps: [] }];
  const seen = new Set([group]);
  for (let at = 0; at < found.length; at++) {
    const way = found[at]!;
    const memberships = await allPages(pageToken =>
      iam
        .listMemberships(
          { member: way.group, asOf, pageSize: 200, pageToken },
          { signal },
        )
        .then(page => ({ items: page.memberships, next: page.nextPageToken })),
    );
    for (const { group: above, since, decidedBy } of memberships) {
      if (!seen.has(above)) {
        seen.add(above);
        found.push({
          group: above,
          steps: [
            ...way.steps,
            {
              parts: memberParts(way.group, above),
              decision: {
                position: 0,
                at: since && timestampMs(since),
                by: decidedBy,
              },
            },
          ],
        });
      }
    }
  }
  return found;
}

async function chainsOf(
  iam: Iam,
  way: Way,
  { permission, project }: { permission: string; project?: string },
  asOf: AsOf,
  signal?: AbortSignal,
): Promise<ExplainedChain[]> {
  const grants = await allPages(pageToken =>
    iam
      .listGrants(
        { subject: way.group, project, asOf, pageSize: 200, pageToken },
        { signal },
      )
      .then(page => ({ items: page.grants, next: page.nextPageToken })),
  );
  const chains = await Promise.all(
    grants.map(async grant => {
      const of = { project: grant.project, asOf };
      const [{ roles }, { status }] = await Promise.all([
        iam.listRoles(of, { signal }),
        iam.getProject(of, { signal }),
      ]);
      const role = roles.find(({ key }) => key === grant.role);
      const obstacles = [
        grant.expired && 'expired',
        role?.status === RoleStatus.REMOVING && 'role_removing',
        status === ProjectStatus.INACTIVE && 'project_inactive',
        status === ProjectStatus.REMOVING && 'project_removing',
      ].filter(each => typeof each === 'string');
      return (role?.permissions ?? [])
        .filter(({ pattern }) => matchesPermission(pattern, permission))
        .map(
          ({ pattern, conditions }): ExplainedChain => ({
            steps: [
              ...way.steps,
              {
                parts: grantParts(way.group, grant.role, grant.project),
                until: grant.expiresAt && timestampMs(grant.expiresAt),
                decision: {
                  position: Number(grant.position),
                  at: grant.since && timestampMs(grant.since),
                  by: grant.decidedBy,
                },
              },
              { parts: carriesParts(role!.name, [pattern]) },
            ],
            obstacles: obstacles.map(obstacleInWords),
            conditions: conditions.map(conditionInWords),
          }),
        );
    }),
  );
  return chains.flat();
}
