import { timestampFromMs } from '@bufbuild/protobuf/wkt';
import { AccessDecision } from '@callboard/plugin-iam-common/api';
import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { renderConsole, type Answers } from '../__testUtils__/renderConsole';

const UUID = '00000000-0000-4000-8000-000000000001';
const ADA = `iam.user/${UUID}`;
const PLATFORM = `iam.group/${UUID}`;
const SHOP = `iam.project/${UUID}`;
const at = (day: number) => timestampFromMs(Date.UTC(2026, 0, day, 12));

type Management = NonNullable<Answers['management']>;

function answersWith(more: Management): Answers {
  return {
    management: {
      listPermissions: () => ({
        permissions: [
          {
            name: 'iam.user.read',
            level: 'organization',
            description: 'See people',
          },
          {
            name: 'iam.user.lock',
            level: 'organization',
            description: 'Lock people',
          },
        ],
      }),
      getUser: () => ({ id: ADA, displayName: 'Ada' }),
      getGroup: () => ({ id: PLATFORM, name: 'Platform' }),
      getProject: () => ({ id: SHOP, name: 'Shop' }),
      listUsers: () => ({ users: [{ id: ADA, displayName: 'Ada' }] }),
      listGroups: () => ({}),
      listProjects: () => ({}),
      ...more,
    },
  };
}

const throughPlatform = {
  links: [
    {
      link: {
        case: 'membership' as const,
        value: { member: ADA, group: PLATFORM },
      },
      decided: { position: 11n, at: at(2), actor: `user:${ADA}` },
    },
    {
      link: {
        case: 'grant' as const,
        value: { holder: PLATFORM, project: SHOP, role: 'releaser' },
      },
      decided: { position: 12n, at: at(3), actor: 'system:setup' },
    },
    {
      link: {
        case: 'role' as const,
        value: {
          of: SHOP,
          role: 'releaser',
          name: 'Releaser',
          patterns: ['deploy.*'],
        },
      },
      decided: { position: 10n, at: at(1), actor: 'system:setup' },
    },
  ],
  since: at(3),
};

it('tells the way to a permission, with who decided each step of it', async () => {
  const asked: unknown[] = [];
  renderConsole(
    `/access/explorer?subject=${ADA}&permission=deploy.run&scope=${SHOP}`,
    answersWith({
      explainAccess: ({ subject, permission, scope }) => {
        asked.push({ subject, permission, scope });
        return { decision: AccessDecision.ALLOW, chains: [throughPlatform] };
      },
    }),
  );

  expect(await screen.findByText('Yes: it is allowed')).toBeInTheDocument();
  const way = screen.getByRole('region', { name: 'By this way' });
  const steps = within(way)
    .getAllByRole('listitem')
    .slice(1)
    .map(step => step.textContent);
  await waitFor(() =>
    expect(within(way).getAllByRole('link', { name: 'Platform' })).toHaveLength(
      2,
    ),
  );
  expect(steps).toHaveLength(3);
  expect(way).toHaveTextContent('Ada is in Platform');
  expect(way).toHaveTextContent('event 11');
  expect(way).toHaveTextContent('Platform has the role releaser of Shop');
  expect(way).toHaveTextContent('Releaser carries deploy.*');
  expect(asked).toEqual([
    { subject: ADA, permission: 'deploy.run', scope: SHOP },
  ]);
});

it('says why not, and which ways do not hold', async () => {
  renderConsole(
    `/access/explorer?subject=${ADA}&permission=deploy.run`,
    answersWith({
      explainAccess: () => ({
        decision: AccessDecision.DENY,
        obstacles: ['user_locked'],
        chains: [{ ...throughPlatform, obstacles: ['expired'] }],
      }),
    }),
  );

  expect(await screen.findByText('No: it is not allowed')).toBeInTheDocument();
  expect(screen.getByText('The account is locked.')).toBeInTheDocument();
  expect(
    screen.getByRole('region', { name: 'Ways that do not hold' }),
  ).toHaveTextContent('Does not hold: its time is over.');
});

it('asks about the moment that the address names', async () => {
  const moments: unknown[] = [];
  renderConsole(
    `/access/explorer?subject=${ADA}&permission=deploy.run&asOf=9`,
    answersWith({
      explainAccess: ({ asOf }) => {
        moments.push(asOf?.moment);
        return { decision: AccessDecision.DENY };
      },
    }),
  );

  expect(await screen.findByText('No: it was not allowed')).toBeInTheDocument();
  expect(moments).toEqual([{ case: 'position', value: 9n }]);
});

it('lists everything that somebody may do, each with a way to why', async () => {
  renderConsole(
    `/access/explorer?subject=${ADA}`,
    answersWith({
      explainAccess: ({ permission }) => ({
        decision:
          permission === 'iam.user.read'
            ? AccessDecision.ALLOW
            : AccessDecision.DENY,
      }),
    }),
  );

  const link = await screen.findByRole('link', { name: 'iam.user.read' });
  expect(link).toHaveAttribute(
    'href',
    expect.stringContaining('permission=iam.user.read'),
  );
  expect(screen.queryByRole('link', { name: 'iam.user.lock' })).toBeNull();
  expect(
    screen.getByText('1 of 2 permissions that are known.'),
  ).toBeInTheDocument();
});

it('tells what a group passes on', async () => {
  renderConsole(
    `/access/explorer?subject=${PLATFORM}&permission=deploy.run`,
    answersWith({
      listMemberships: () => ({}),
      listGrants: () => ({
        grants: [
          {
            subject: PLATFORM,
            project: SHOP,
            role: 'releaser',
            position: 12n,
            since: at(3),
          },
        ],
      }),
      listRoles: () => ({
        roles: [
          {
            key: 'releaser',
            name: 'Releaser',
            permissions: [{ pattern: 'deploy.*' }, { pattern: 'catalog.*' }],
          },
        ],
      }),
    }),
  );

  expect(await screen.findByText('Yes: it is allowed')).toBeInTheDocument();
  expect(screen.getByText('deploy.*')).toBeInTheDocument();
  expect(screen.queryByText('catalog.*')).not.toBeInTheDocument();
});

it('takes a permission that is written, and keeps it in the address', async () => {
  const user = userEvent.setup();
  const asked: string[] = [];
  renderConsole(
    `/access/explorer?subject=${ADA}`,
    answersWith({
      explainAccess: ({ permission }) => {
        asked.push(permission);
        return { decision: AccessDecision.DENY };
      },
    }),
  );

  await user.type(
    await screen.findByRole('combobox', { name: /May do/ }),
    'deploy.run',
  );
  await user.click(await screen.findByRole('option', { name: /deploy\.run/ }));

  expect(await screen.findByText('No: it is not allowed')).toBeInTheDocument();
  expect(asked.at(-1)).toBe('deploy.run');
});
