import type { Entity } from '@backstage/catalog-model';
import { renderInTestApp } from '@backstage/frontend-test-utils';
import catalogPlugin from '@backstage/plugin-catalog/alpha';
import { catalogApiRef } from '@backstage/plugin-catalog-react';
import { catalogApiMock } from '@backstage/plugin-catalog-react/testUtils';
import { screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { CatalogSummary } from './CatalogSummary';

function entity(kind: string, name: string): Entity {
  return { apiVersion: 'backstage.io/v1alpha1', kind, metadata: { name } };
}

function render(catalogApi: typeof catalogApiRef.T) {
  renderInTestApp(<CatalogSummary />, {
    apis: [[catalogApiRef, catalogApi]],
    mountedRoutes: { '/entities': catalogPlugin.routes.catalogIndex },
  });
}

it('is busy while it counts', async () => {
  render(catalogApiMock.mock({ getEntityFacets: () => new Promise(() => {}) }));
  const card = await screen.findByRole('region', { name: 'In the catalog' });
  expect(card.querySelector('[aria-busy=true]')).toBeInTheDocument();
});

it('counts each kind, from the whole to its parts, others after', async () => {
  render(
    catalogApiMock({
      entities: [
        entity('Widget', 'w'),
        entity('Component', 'a'),
        entity('Gadget', 'g'),
        entity('Component', 'b'),
        entity('User', 'u'),
        entity('Domain', 'd'),
      ],
    }),
  );
  const tiles = await screen.findAllByRole('listitem');
  expect(tiles.map(tile => tile.textContent)).toEqual([
    '1Domain',
    '2Component',
    '1User',
    '1Gadget',
    '1Widget',
  ]);
});

it('leads to all entities of a kind', async () => {
  render(catalogApiMock({ entities: [entity('API', 'a')] }));
  const link = await screen.findByRole('link', { name: 'API' });
  const url = new URL(link.getAttribute('href')!, 'http://localhost');
  expect(url.pathname).toBe('/entities');
  expect(url.searchParams.get('filters[kind]')).toBe('api');
  expect(url.searchParams.get('filters[user]')).toBe('all');
});

it('says what to do about an empty catalog', async () => {
  render(catalogApiMock({ entities: [] }));
  expect(await screen.findByText(/The catalog is empty/)).toBeInTheDocument();
});

it('says what went wrong and counts again when asked', async () => {
  const getEntityFacets = jest
    .fn()
    .mockRejectedValueOnce(new Error('the catalog is away'))
    .mockResolvedValueOnce({ facets: { kind: [{ value: 'API', count: 3 }] } });
  render(catalogApiMock.mock({ getEntityFacets }));

  const alert = await screen.findByRole('alert');
  expect(alert).toHaveTextContent('the catalog is away');
  await userEvent.click(
    within(alert).getByRole('button', { name: 'Try again' }),
  );
  expect(await screen.findByRole('listitem')).toHaveTextContent('3API');
});
