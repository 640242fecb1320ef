import { identityApiRef } from '@backstage/core-plugin-api';
import { type AppNode, createRouteRef } from '@backstage/frontend-plugin-api';
import { mockApis, renderInTestApp } from '@backstage/frontend-test-utils';
import type { NavContentComponentProps } from '@backstage/plugin-app-react';
import {
  type NotificationsApi,
  notificationsApiRef,
} from '@backstage/plugin-notifications';
import { signalApiRef } from '@backstage/plugin-signals-react';
import { act, screen, waitFor } from '@testing-library/react';
import { Navigation } from './Navigation';

type NavItems = NavContentComponentProps['navItems'];
type NavItem = ReturnType<NavItems['rest']>[number];

function page(id: string, title: string): NavItem {
  return {
    // The navigation asks nothing else of the node.
    node: { spec: { id: `page:${id}` } } as AppNode,
    href: `/${id}`,
    title,
    icon: <svg />,
    routeRef: createRouteRef(),
  };
}

function navItems(pages: NavItem[]): NavItems {
  const left = [...pages];
  return {
    take: id => {
      const index = left.findIndex(({ node }) => node.spec.id === id);
      return index === -1 ? undefined : left.splice(index, 1)[0];
    },
    rest: () => left,
    clone: () => navItems(left),
    withComponent: () => {
      throw new Error('not used by the navigation');
    },
  };
}

const builtIn = [
  page('user-settings', 'Settings'),
  page('notifications', 'Notifications'),
  page('catalog-graph', 'Catalog graph'),
  page('scaffolder', 'Create'),
  page('search', 'Search'),
  page('api-docs', 'APIs'),
  page('catalog', 'Catalog'),
  page('home', 'Home'),
];

function render(options: {
  pages?: NavItem[];
  getStatus?: NotificationsApi['getStatus'];
  at?: string;
}) {
  let signal: (message: object) => void = () => undefined;
  const getStatus = options.getStatus ?? (async () => ({ unread: 0, read: 0 }));
  renderInTestApp(
    <Navigation items={[]} navItems={navItems(options.pages ?? builtIn)} />,
    {
      apis: [
        [notificationsApiRef, { getStatus } as Partial<NotificationsApi>],
        [
          signalApiRef,
          {
            subscribe: (channel, onMessage) => {
              expect(channel).toBe('notifications');
              signal = message => onMessage(message as never);
              return { unsubscribe: () => undefined };
            },
          },
        ],
        [identityApiRef, mockApis.identity({ userEntityRef: 'user:a/ada' })],
      ],
      initialRouteEntries: [options.at ?? '/home'],
    },
  );
  return { signal: (message: object) => act(async () => signal(message)) };
}

const titles = async () => {
  await screen.findByRole('navigation', { name: 'Main' });
  return screen.getAllByRole('link').map(link => link.textContent);
};

it('puts the pages in the order in which people look for them', async () => {
  render({});
  expect(await titles()).toEqual([
    'Home',
    'Catalog',
    'APIs',
    'Create',
    'Search',
    'Notifications',
    'Settings',
  ]);
});

it("puts what it doesn't know between them, by title", async () => {
  render({
    pages: [...builtIn, page('x', 'Spoolers'), page('y', 'Activity')],
  });
  expect(await titles()).toEqual([
    'Home',
    'Catalog',
    'APIs',
    'Create',
    'Activity',
    'Spoolers',
    'Search',
    'Notifications',
    'Settings',
  ]);
});

it('does without the pages that are switched off', async () => {
  render({ pages: [page('catalog', 'Catalog')] });
  expect(await titles()).toEqual(['Catalog']);
});

it('marks the page that is open, also below its first address', async () => {
  render({ at: '/catalog/default/component/mill' });
  expect(await screen.findByRole('link', { name: 'Catalog' })).toHaveAttribute(
    'aria-current',
    'page',
  );
  expect(screen.getByRole('link', { name: 'APIs' })).not.toHaveAttribute(
    'aria-current',
  );
});

it('says how many notifications are unread, and keeps up', async () => {
  const getStatus = jest
    .fn()
    .mockResolvedValueOnce({ unread: 3, read: 0 })
    .mockResolvedValueOnce({ unread: 120, read: 0 })
    .mockResolvedValue({ unread: 0, read: 120 });
  const { signal } = render({ getStatus });
  const link = await screen.findByRole('link', { name: /^Notifications/ });
  await waitFor(() =>
    expect(link).toHaveTextContent(/^Notifications3 unread$/),
  );

  await signal({ action: 'new_notification', notification_id: '1' });
  await waitFor(() =>
    expect(link).toHaveTextContent(/^Notifications99\+ unread$/),
  );

  await signal({ action: 'notification_read', notification_ids: ['1'] });
  await waitFor(() => expect(link).toHaveTextContent(/^Notifications$/));
});

it('shows no number when it cannot be known', async () => {
  const getStatus = jest.fn().mockRejectedValue(new Error('away'));
  render({ getStatus });
  await waitFor(() => expect(getStatus).toHaveBeenCalled());
  expect(
    await screen.findByRole('link', { name: 'Notifications' }),
  ).toBeInTheDocument();
});
