import { createClient, createRouterTransport } from '@connectrpc/connect';
import { ManagementService } from '@callboard/plugin-iam-common/api';
import { AccessReader } from './readAccess';

const PROJECT = 'iam.project/00000000-0000-4000-8000-000000000001';
const user = (n: number) =>
  `iam.user/00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;
const group = (n: number) =>
  `iam.group/00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;

function iamOf(world: {
  grants: readonly (readonly [subject: string, role: string])[];
  memberships: readonly (readonly [member: string, group: string])[];
}) {
  const asked: string[] = [];
  const iam = createClient(
    ManagementService,
    createRouterTransport(router =>
      router.service(ManagementService, {
        listGrants({ subject, pageToken }) {
          asked.push(`grants of ${subject}`);
          const all = world.grants.filter(([holder]) => holder === subject);
          // One to a page, so that following pages are read as well.
          const at = Number(pageToken || 0);
          return {
            grants: all
              .slice(at, at + 1)
              .map(([, role]) => ({ subject, role, project: PROJECT })),
            nextPageToken: at + 1 < all.length ? String(at + 1) : '',
          };
        },
        listMemberships({ member }) {
          asked.push(`groups of ${member}`);
          return {
            memberships: world.memberships
              .filter(([each]) => each === member)
              .map(([, at]) => ({
                member,
                group: at,
                groupName: `Group ${at.slice(-1)}`,
              })),
          };
        },
      }),
    ),
  );
  return { iam, asked };
}

describe('AccessReader', () => {
  it('tells what a subject was given from what it has through groups', async () => {
    const { iam } = iamOf({
      grants: [
        [user(1), 'reader'],
        [user(1), 'writer'],
        [group(2), 'owner'],
        [group(2), 'reader'],
      ],
      memberships: [
        [user(1), group(1)],
        [group(1), group(2)],
      ],
    });

    const cells = (await new AccessReader(iam, PROJECT).read([user(1)])).get(
      user(1),
    )!;

    const through = [
      { id: group(1), name: 'Group 1' },
      { id: group(2), name: 'Group 2' },
    ];
    expect([...cells.keys()].sort()).toEqual(['owner', 'reader', 'writer']);
    expect(cells.get('writer')).toEqual({
      direct: expect.objectContaining({ expired: false }),
      inherited: [],
    });
    expect(cells.get('owner')).toEqual({
      inherited: [{ through, expired: false, expiresAt: undefined }],
    });
    expect(cells.get('reader')?.direct).toBeDefined();
    expect(cells.get('reader')?.inherited).toHaveLength(1);
  });

  it('tells the shortest way, and ends where groups contain each other', async () => {
    const { iam } = iamOf({
      grants: [[group(2), 'owner']],
      memberships: [
        [user(1), group(1)],
        [user(1), group(2)],
        [group(1), group(2)],
        [group(2), group(1)],
      ],
    });

    const cells = await new AccessReader(iam, PROJECT).read([user(1)]);

    expect(cells.get(user(1))?.get('owner')?.inherited).toEqual([
      expect.objectContaining({
        through: [{ id: group(2), name: 'Group 2' }],
      }),
    ]);
  });

  it('asks for a group once, however many are in it, and again when told', async () => {
    const { iam, asked } = iamOf({
      grants: [[group(1), 'owner']],
      memberships: [1, 2, 3].map(n => [user(n), group(1)] as const),
    });
    const reader = new AccessReader(iam, PROJECT);

    await reader.read([user(1), user(2), user(3)]);
    expect(asked.filter(what => what === `grants of ${group(1)}`)).toHaveLength(
      1,
    );

    reader.forget();
    await reader.read([user(1)]);
    expect(asked.filter(what => what === `grants of ${group(1)}`)).toHaveLength(
      2,
    );
  });

  it('forgets what failed', async () => {
    let isDown = true;
    const iam = createClient(
      ManagementService,
      createRouterTransport(router =>
        router.service(ManagementService, {
          listGrants() {
            if (isDown) {
              throw new Error('down');
            }
            return { grants: [{ subject: user(1), role: 'reader' }] };
          },
          listMemberships: () => ({}),
        }),
      ),
    );
    const reader = new AccessReader(iam, PROJECT);

    await expect(reader.read([user(1)])).rejects.toThrow();
    isDown = false;
    const cells = await reader.read([user(1)]);

    expect(cells.get(user(1))?.has('reader')).toBe(true);
  });
});
