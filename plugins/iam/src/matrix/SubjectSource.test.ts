import { createClient, createRouterTransport } from '@connectrpc/connect';
import { ManagementService, UserType } from '@callboard/plugin-iam-common/api';
import { SubjectSource, type SubjectFilter } from './SubjectSource';

const ORGANIZATION = 'iam.organization/00000000-0000-4000-8000-000000000001';
const filter: SubjectFilter = {
  kinds: [],
  organization: ORGANIZATION,
  search: '',
};

const iam = createClient(
  ManagementService,
  createRouterTransport(router =>
    router.service(ManagementService, {
      listGroups: ({ search }) => ({
        groups: search ? [] : [{ id: 'iam.group/1', name: 'Platform' }],
        total: search ? 0n : 1n,
      }),
      listUsers({ type, pageToken, total }) {
        if (type === UserType.MACHINE) {
          return {
            users: [{ id: 'iam.user/9', type, username: 'bot' }],
            total: 1n,
          };
        }
        const at = Number(pageToken || 0);
        return {
          users: [{ id: `iam.user/${at}`, type, displayName: `Person ${at}` }],
          nextPageToken: at < 2 ? String(at + 1) : '',
          total: total ? 3n : undefined,
        };
      },
      listGrants: ({ role, pageToken }) =>
        pageToken
          ? { grants: [{ subject: 'iam.user/0', role: 'writer' }] }
          : {
              grants: [
                { subject: 'iam.user/0', role: role || 'reader' },
                { subject: 'iam.group/1', role: role || 'reader' },
                { subject: 'iam.user/0', role: 'owner' },
              ],
              nextPageToken: 'more',
            },
      getUser: ({ user }) => ({ id: user, displayName: 'Person 0' }),
      getGroup: ({ group }) => ({ id: group, name: 'Platform' }),
    }),
  ),
);

async function readAll(source: SubjectSource) {
  const names: string[] = [];
  const totals: (number | undefined)[] = [];
  let next: string | undefined;
  do {
    const page = await source.page(next);
    names.push(...page.subjects.map(({ name }) => name));
    totals.push(page.total);
    next = page.next;
  } while (next);
  return { names, totals };
}

describe('SubjectSource', () => {
  it('goes through groups, people and machines, page by page', async () => {
    const { names, totals } = await readAll(new SubjectSource(iam, filter));

    expect(names).toEqual([
      'Platform',
      'Person 0',
      'Person 1',
      'Person 2',
      'bot',
    ]);
    // Not known before each list has said how many it has.
    expect(totals).toEqual([undefined, undefined, undefined, undefined, 5]);
  });

  it('keeps to the kinds that are asked for', async () => {
    const { names, totals } = await readAll(
      new SubjectSource(iam, { ...filter, kinds: ['machine'] }),
    );

    expect(names).toEqual(['bot']);
    expect(totals).toEqual([1]);
  });

  it('has whoever was given a role once', async () => {
    const { names } = await readAll(
      new SubjectSource(iam, {
        ...filter,
        granted: { project: 'iam.project/1' },
      }),
    );

    expect(names).toEqual(['Person 0', 'Platform']);
  });
});
