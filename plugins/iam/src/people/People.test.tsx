import { create } from '@bufbuild/protobuf';
import { ErrorInfoSchema } from '@callboard/api-client';
import { Code, ConnectError } from '@connectrpc/connect';
import {
  Match,
  Sort,
  UserSchema,
  UserStatus,
  UserType,
  type ListUsersRequest,
} from '@callboard/plugin-iam-common/api';
import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { renderConsole, type Answers } from '../__testUtils__/renderConsole';

const ORGANIZATION = 'iam.organization/3d9fd8a3-e326-8958-9fab-088696569a23';
const USER = 'iam.user/2fe36a35-6657-8626-803e-f776de9a81b8';

const grace = create(UserSchema, {
  id: USER,
  organization: ORGANIZATION,
  type: UserType.HUMAN,
  status: UserStatus.ACTIVE,
  username: 'grace',
  displayName: 'Grace Hopper',
  email: 'grace@acme.test',
  emailVerified: true,
});

const organizations = {
  listOrganizations: () => ({
    organizations: [{ id: ORGANIZATION, name: 'Acme', slug: 'acme' }],
  }),
  getOrganization: () => ({ id: ORGANIZATION, name: 'Acme' }),
};

function people(management: Answers['management'] = {}): Answers {
  return {
    management: {
      ...organizations,
      listUsers: () => ({ users: [grace], total: 1n }),
      getUser: () => grace,
      ...management,
    },
  };
}

describe('the list', () => {
  it('asks for what the address says', async () => {
    const asked: ListUsersRequest[] = [];
    renderConsole(
      `/access/people?q=gra&match=prefix&type=human&status=locked&sort=-created&organization=${encodeURIComponent(ORGANIZATION)}&asOf=42`,
      people({
        listUsers: request => {
          asked.push(request);
          return { users: [grace], total: 1n };
        },
      }),
    );
    expect(
      await screen.findByRole('link', { name: 'Grace Hopper' }),
    ).toHaveAttribute(
      'href',
      '/access/people/2fe36a35-6657-8626-803e-f776de9a81b8?asOf=42',
    );
    expect(asked[0]).toMatchObject({
      search: 'gra',
      match: Match.PREFIX,
      type: UserType.HUMAN,
      statuses: [UserStatus.LOCKED],
      sort: Sort.CREATED,
      descending: true,
      organization: ORGANIZATION,
      asOf: { moment: { case: 'position', value: 42n } },
      total: true,
    });
    expect(screen.getByText('1–1 of 1')).toBeInTheDocument();
  });

  it('offers no command for the past', async () => {
    renderConsole('/access/people?asOf=42', people());
    await screen.findByRole('link', { name: 'Grace Hopper' });
    expect(
      screen.queryByRole('button', { name: 'Invite a person' }),
    ).not.toBeInTheDocument();
  });

  it('goes through the pages, there and back', async () => {
    renderConsole(
      '/access/people',
      people({
        listUsers: ({ pageToken }) =>
          pageToken === 'second'
            ? { users: [{ ...grace, displayName: 'On the second' }] }
            : { users: [grace], nextPageToken: 'second', total: 51n },
      }),
    );
    await screen.findByRole('link', { name: 'Grace Hopper' });
    await userEvent.click(
      screen.getByRole('button', { name: 'Next table page' }),
    );
    await screen.findByRole('link', { name: 'On the second' });
    await waitFor(() =>
      expect(
        screen.getByRole('button', { name: 'Next table page' }),
      ).toBeDisabled(),
    );
    await userEvent.click(
      screen.getByRole('button', { name: 'Previous table page' }),
    );
    await screen.findByRole('link', { name: 'Grace Hopper' });
  });

  it('searches for what is typed, and begins with the first page', async () => {
    const searched: string[] = [];
    renderConsole(
      '/access/people',
      people({
        listUsers: ({ search }) => {
          searched.push(search);
          return search === 'nobody'
            ? { users: [], total: 0n }
            : { users: [grace], total: 1n };
        },
      }),
    );
    await userEvent.type(
      await screen.findByRole('searchbox', {
        name: 'Search people and machines',
      }),
      'nobody',
    );
    expect(await screen.findByText('Nobody fits')).toBeInTheDocument();
    expect(searched).toContain('nobody');
    // One question for a word, not one for each letter.
    expect(searched).not.toContain('n');
  });

  it('says why it could not be read, and tries again', async () => {
    let calls = 0;
    renderConsole(
      '/access/people',
      people({
        listUsers: () => {
          calls += 1;
          if (calls === 1) {
            throw new ConnectError('not for you', Code.PermissionDenied);
          }
          return { users: [grace] };
        },
      }),
    );
    const alert = await screen.findByRole('alert');
    expect(alert).toHaveTextContent('not for you');
    await userEvent.click(
      within(alert).getByRole('button', { name: 'Try again' }),
    );
    expect(
      await screen.findByRole('link', { name: 'Grace Hopper' }),
    ).toBeInTheDocument();
  });
});

describe('an invitation', () => {
  it('is sent with the username and name that were left out', async () => {
    const invite = jest.fn((_request: object) => ({
      id: USER,
      secret: 'the-code',
    }));
    renderConsole('/access/people', people({ inviteHuman: invite }));
    await userEvent.click(
      await screen.findByRole('button', { name: 'Invite a person' }),
    );
    const dialog = await screen.findByRole('dialog');
    // The only organization is chosen.
    expect(await within(dialog).findByDisplayValue('Acme')).toBeInTheDocument();
    const fill = (name: RegExp, text: string) =>
      userEvent.type(within(dialog).getByRole('textbox', { name }), text);
    await fill(/E-mail address/, 'ada@acme.test');
    await fill(/Given name/, 'Ada');
    await fill(/Family name/, 'Lovelace');
    await userEvent.click(
      within(dialog).getByRole('button', { name: 'Invite' }),
    );
    expect(await screen.findByDisplayValue('the-code')).toBeInTheDocument();
    expect(invite.mock.calls[0]![0]).toMatchObject({
      organization: ORGANIZATION,
      username: 'ada@acme.test',
      displayName: 'Ada Lovelace',
    });
  });
});

describe('a user', () => {
  it('is locked, and shown as such at once', async () => {
    let status = UserStatus.ACTIVE;
    renderConsole(
      '/access/people/2fe36a35-6657-8626-803e-f776de9a81b8',
      people({
        getUser: () => ({ ...grace, status }),
        lockUser: ({ user }) => {
          expect(user).toBe(USER);
          status = UserStatus.LOCKED;
          return { position: 7n };
        },
      }),
    );
    await userEvent.click(await screen.findByRole('button', { name: 'Lock' }));
    await userEvent.click(
      within(await screen.findByRole('dialog')).getByRole('button', {
        name: 'Lock',
      }),
    );
    expect(
      await screen.findByRole('button', { name: 'Unlock' }),
    ).toBeInTheDocument();
    expect(screen.getByText('Locked')).toBeInTheDocument();
  });

  it('is removed only when the username is typed', async () => {
    const removeUser = jest.fn(() => ({ position: 7n }));
    renderConsole(
      '/access/people/2fe36a35-6657-8626-803e-f776de9a81b8/profile',
      people({ removeUser }),
    );
    await userEvent.click(
      await screen.findByRole('button', { name: 'Remove' }),
    );
    const dialog = await screen.findByRole('dialog');
    const remove = within(dialog).getByRole('button', {
      name: 'Remove for good',
    });
    expect(remove).toBeDisabled();
    const field = within(dialog).getByRole('textbox');
    await userEvent.type(field, 'grac');
    expect(remove).toBeDisabled();
    await userEvent.type(field, 'e');
    await userEvent.click(remove);
    await waitFor(() => expect(removeUser).toHaveBeenCalledTimes(1));
    // Back in the list.
    expect(
      await screen.findByRole('searchbox', {
        name: 'Search people and machines',
      }),
    ).toBeInTheDocument();
  });
});

it('explains the console to whom IAM does not know', async () => {
  renderConsole('/access/people', {
    management: {
      listOrganizations: () => {
        throw unknownCaller();
      },
    },
  });
  expect(
    await screen.findByText('Only users of the portal can see who may do what'),
  ).toBeInTheDocument();
});

/** As the server says it: the code is in a detail of the error. */
function unknownCaller(): ConnectError {
  return new ConnectError('no user of IAM', Code.PermissionDenied, undefined, [
    {
      desc: ErrorInfoSchema,
      value: { reason: 'IAM_CALLER_UNKNOWN', domain: 'iam' },
    },
  ]);
}
