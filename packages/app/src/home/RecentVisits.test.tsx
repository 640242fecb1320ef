import { renderInTestApp } from '@backstage/frontend-test-utils';
import { entityRouteRef } from '@backstage/plugin-catalog-react';
import {
  type Visit,
  type VisitsApi,
  visitsApiRef,
} from '@backstage/plugin-home';
import { screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { RecentVisits } from './RecentVisits';

const TITLE = 'Recently visited';

function visit(
  pathname: string,
  minutesAgo: number,
  entityRef?: string,
): Visit {
  return {
    id: pathname,
    name: `the page at ${pathname}`,
    pathname,
    hits: 1,
    timestamp: Date.now() - minutesAgo * 60_000,
    entityRef,
  };
}

function render(list: VisitsApi['list']) {
  const visitsApi: VisitsApi = {
    list,
    save: async () => {
      throw new Error('the home page records nothing itself');
    },
  };
  renderInTestApp(<RecentVisits />, {
    apis: [[visitsApiRef, visitsApi]],
    mountedRoutes: { '/catalog/:namespace/:kind/:name': entityRouteRef },
  });
}

it('is busy while it loads', async () => {
  render(() => new Promise(() => {}));
  const card = await screen.findByRole('region', { name: TITLE });
  expect(card.querySelector('[aria-busy=true]')).toBeInTheDocument();
});

it('asks for the newest visits, without those of the home page', async () => {
  const list = jest.fn<ReturnType<VisitsApi['list']>, [unknown?]>(
    async () => [],
  );
  render(list);
  expect(
    await screen.findByText('The pages that you open will be listed here.'),
  ).toBeInTheDocument();
  expect(list).toHaveBeenCalledWith(
    expect.objectContaining({
      orderBy: [{ field: 'timestamp', direction: 'desc' }],
      filterBy: [{ field: 'pathname', operator: '!=', value: '/' }],
    }),
  );
});

it('links an entity by its name and a page by its address', async () => {
  render(async () => [
    visit('/catalog/default/component/mill', 0, 'component:default/mill'),
    visit('/somewhere', 5),
  ]);
  expect(await screen.findByRole('link', { name: 'mill' })).toHaveAttribute(
    'href',
    '/catalog/default/component/mill',
  );
  expect(screen.getByRole('link', { name: '/somewhere' })).toHaveAttribute(
    'href',
    '/somewhere',
  );
  expect(screen.getAllByRole('listitem').map(row => row.textContent)).toEqual([
    'milljust now',
    '/somewhere5 minutes ago',
  ]);
});

it('says what went wrong and loads again when asked', async () => {
  const list = jest
    .fn<ReturnType<VisitsApi['list']>, []>()
    .mockRejectedValueOnce(new Error('the settings are away'))
    .mockResolvedValueOnce([visit('/somewhere', 5)]);
  render(list);
  expect(await screen.findByRole('alert')).toHaveTextContent(
    'the settings are away',
  );
  await userEvent.click(screen.getByRole('button', { name: 'Try again' }));
  expect(
    await screen.findByRole('link', { name: '/somewhere' }),
  ).toBeInTheDocument();
});
