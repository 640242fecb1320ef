import { Code, ConnectError } from '@connectrpc/connect';
import {
  ProjectStatus,
  RoleStatus,
  type AddRoleRequest,
  type RemoveRoleRequest,
} from '@callboard/plugin-iam-common/api';
import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { renderConsole, type Answers } from '../__testUtils__/renderConsole';

const UUID = '00000000-0000-4000-8000-000000000001';
const SHOP = `iam.project/${UUID}`;
const ACME = `iam.organization/${UUID}`;

const shop = {
  id: SHOP,
  organization: ACME,
  name: 'Shop',
  slug: 'shop',
  status: ProjectStatus.ACTIVE,
};

function api(more: NonNullable<Answers['management']>): Answers {
  return {
    management: {
      getProject: () => shop,
      getOrganization: () => ({ id: ACME, name: 'Acme' }),
      listProjects: () => ({ projects: [shop], total: 1n }),
      listPermissions: () => ({
        permissions: ['iam.user.read', 'iam.user.lock', 'iam.group.read'].map(
          name => ({ name }),
        ),
      }),
      listRoles: () => ({
        roles: [
          {
            project: SHOP,
            key: 'reader',
            name: 'Reader',
            status: RoleStatus.ACTIVE,
            permissions: [
              {
                pattern: '*.read',
                conditions: [{ condition: { case: 'owned', value: {} } }],
              },
            ],
          },
        ],
      }),
      ...more,
    },
  };
}

it('lists projects, each with a link to its page', async () => {
  renderConsole('/access/projects', api({}));

  expect(await screen.findByRole('link', { name: 'Shop' })).toHaveAttribute(
    'href',
    `/access/projects/${UUID}`,
  );
});

it('says what a role carries, and of which things', async () => {
  renderConsole(`/access/projects/${UUID}/roles`, api({}));

  expect(
    await screen.findByText(/only what they or a group of theirs own/),
  ).toBeInTheDocument();
});

it('defines a role, showing which permissions a pattern covers', async () => {
  const user = userEvent.setup();
  const sent: AddRoleRequest[] = [];
  renderConsole(
    `/access/projects/${UUID}/roles`,
    api({
      addRole: request => {
        sent.push(request);
        return { position: 1n };
      },
    }),
  );

  await user.click(
    await screen.findByRole('button', { name: 'Define a role' }),
  );
  const dialog = await screen.findByRole('dialog', { name: 'Define a role' });
  await user.type(
    within(dialog).getByRole('textbox', { name: /^Key/ }),
    'warden',
  );
  await user.type(
    within(dialog).getByRole('textbox', { name: /^Name/ }),
    'Warden',
  );
  const pattern = within(dialog).getByRole('combobox', {
    name: /Permission or pattern/,
  });
  await user.type(pattern, 'iam..user');
  expect(pattern).toBeInvalid();
  await user.clear(pattern);
  await user.type(pattern, 'iam.user.*');
  expect(dialog).toHaveTextContent(
    'Covers 2 permissions that are known: iam.user.read, iam.user.lock',
  );
  await user.click(within(dialog).getByRole('button', { name: 'Define' }));

  await waitFor(() => expect(dialog).not.toBeInTheDocument());
  expect(sent).toEqual([
    expect.objectContaining({
      project: SHOP,
      key: 'warden',
      name: 'Warden',
      permissions: [expect.objectContaining({ pattern: 'iam.user.*' })],
    }),
  ]);
});

it('takes a role from those who have it only if its key was typed', async () => {
  const user = userEvent.setup();
  const sent: RemoveRoleRequest[] = [];
  renderConsole(
    `/access/projects/${UUID}/roles`,
    api({
      listGrants: () => ({ total: 12n }),
      removeRole: request => {
        sent.push(request);
        return { position: 1n };
      },
    }),
  );

  await user.click(
    await screen.findByRole('button', { name: 'Remove Reader' }),
  );
  const dialog = await screen.findByRole('dialog');
  await within(dialog).findByText(/12 people, machines and groups have it/);
  const remove = within(dialog).getByRole('button', { name: 'Remove' });
  expect(remove).toBeDisabled();
  await user.type(within(dialog).getByRole('textbox'), 'reader');
  await user.click(remove);

  await waitFor(() => expect(dialog).not.toBeInTheDocument());
  expect(sent).toEqual([
    expect.objectContaining({ key: 'reader', withGrants: true }),
  ]);
});

it('says what goes with a project before it is removed', async () => {
  const user = userEvent.setup();
  renderConsole(
    `/access/projects/${UUID}/settings`,
    api({
      listGrants: () => ({ total: 1_200n }),
      listProjectGrants: () => ({ total: 1n }),
      listAdministrators: () => ({ total: 0n }),
    }),
  );

  await user.click(await screen.findByRole('button', { name: 'Remove' }));
  const dialog = await screen.findByRole('dialog');
  await within(dialog).findByText('1,200 grants of them');
  expect(dialog).toHaveTextContent('1 role');
  expect(dialog).toHaveTextContent('1 delegation');
  const remove = within(dialog).getByRole('button', {
    name: 'Remove for good',
  });
  expect(remove).toBeDisabled();
  await user.type(within(dialog).getByRole('textbox'), 'Shop');
  expect(remove).toBeEnabled();
});

it('says when there is no such project', async () => {
  renderConsole(
    `/access/projects/${UUID}`,
    api({
      getProject: () => {
        throw new ConnectError('There is no such project', Code.NotFound);
      },
    }),
  );

  expect(
    await screen.findByText('There is no such project.'),
  ).toBeInTheDocument();
});
