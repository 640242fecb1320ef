import {
  createFrontendPlugin,
  PageBlueprint,
} from '@backstage/frontend-plugin-api';
import { renderTestApp } from '@backstage/frontend-test-utils';
import {
  type NotificationsApi,
  notificationsApiRef,
} from '@backstage/plugin-notifications';
import { screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { Helmet } from 'react-helmet';
import { Link } from 'react-router-dom';
import { layoutModule } from './layoutModule';

const mills = createFrontendPlugin({
  pluginId: 'mills',
  title: 'Mills',
  extensions: [
    PageBlueprint.make({
      params: {
        path: '/mills',
        noHeader: true,
        loader: async () => (
          <>
            <Link to="/mills/windmill">Windmill</Link>
            <Link to="/looms">Looms</Link>
            <Link to="/nowhere">Nowhere</Link>
          </>
        ),
      },
    }),
  ],
});

const looms = createFrontendPlugin({
  pluginId: 'looms',
  title: 'Looms',
  extensions: [
    PageBlueprint.make({
      params: {
        path: '/looms',
        noHeader: true,
        loader: async () => <Helmet title="The oldest loom" />,
      },
    }),
  ],
});

async function openMills() {
  renderTestApp({
    features: [layoutModule, mills, looms],
    // The navigation asks for its badge.
    apis: [
      [
        notificationsApiRef,
        {
          getStatus: async () => ({ unread: 0, read: 0 }),
        } as Partial<NotificationsApi>,
      ],
    ],
    initialRouteEntries: ['/mills'],
    config: {
      app: { baseUrl: 'http://localhost', title: 'Works' },
      backend: { baseUrl: 'http://localhost' },
    },
  });
  await screen.findByRole('link', { name: 'Windmill' });
}

it('names the tab after the page', async () => {
  await openMills();
  await waitFor(() => expect(document.title).toBe('Mills | Works'));
});

it('lets a page say more', async () => {
  await openMills();
  const [link] = screen.getAllByRole('link', { name: 'Looms' }).slice(-1);
  await userEvent.click(link!);
  await waitFor(() => expect(document.title).toBe('The oldest loom | Works'));
});

it('says where there is no page', async () => {
  await openMills();
  await userEvent.click(screen.getByRole('link', { name: 'Nowhere' }));
  await waitFor(() => expect(document.title).toBe('Page not found | Works'));
});
