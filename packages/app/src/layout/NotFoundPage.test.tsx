import { renderInTestApp } from '@backstage/frontend-test-utils';
import searchPlugin from '@backstage/plugin-search/alpha';
import { screen } from '@testing-library/react';
import { NotFoundPage } from './NotFoundPage';

it('names the address that nothing answers to, and leads on', async () => {
  renderInTestApp(<NotFoundPage />, {
    initialRouteEntries: ['/no/such/page?with=words'],
    mountedRoutes: { '/find': searchPlugin.routes.root },
  });
  expect(
    await screen.findByRole('heading', {
      level: 1,
      name: 'There is no page at this address',
    }),
  ).toBeInTheDocument();
  expect(screen.getByText('/no/such/page')).toBeInTheDocument();
  expect(screen.getByRole('link', { name: 'Home page' })).toHaveAttribute(
    'href',
    '/',
  );
  expect(screen.getByRole('link', { name: 'Search' })).toHaveAttribute(
    'href',
    '/find',
  );
});
