import type { Entity } from '@backstage/catalog-model';
import { identityApiRef } from '@backstage/core-plugin-api';
import { mockApis, renderInTestApp } from '@backstage/frontend-test-utils';
import catalogPlugin from '@backstage/plugin-catalog/alpha';
import { catalogApiRef, entityRouteRef } from '@backstage/plugin-catalog-react';
import { catalogApiMock } from '@backstage/plugin-catalog-react/testUtils';
import { screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { OwnedEntities } from './OwnedEntities';

const TITLE = 'Owned by you and your teams';

function owned(kind: string, name: string, owner: string): Entity {
  return {
    apiVersion: 'backstage.io/v1alpha1',
    kind,
    metadata: { name, namespace: 'default' },
    spec: { type: 'thing', owner },
    relations: [{ type: 'ownedBy', targetRef: owner }],
  };
}

function render(catalogApi: typeof catalogApiRef.T) {
  renderInTestApp(<OwnedEntities />, {
    apis: [
      [catalogApiRef, catalogApi],
      [
        identityApiRef,
        mockApis.identity({
          userEntityRef: 'user:default/ada',
          ownershipEntityRefs: ['user:default/ada', 'group:default/engines'],
        }),
      ],
    ],
    mountedRoutes: {
      '/catalog': catalogPlugin.routes.catalogIndex,
      '/catalog/:namespace/:kind/:name': entityRouteRef,
    },
  });
}

it('is busy while it loads', async () => {
  render(catalogApiMock.mock({ queryEntities: () => new Promise(() => {}) }));
  const card = await screen.findByRole('region', { name: TITLE });
  expect(card.querySelector('[aria-busy=true]')).toBeInTheDocument();
});

it("lists what is the viewer's or their groups', and nothing else", async () => {
  const queryEntities = jest.fn(async () => ({
    items: [
      owned('Component', 'mill', 'group:default/engines'),
      owned('System', 'store', 'user:default/ada'),
    ],
    totalItems: 2,
    pageInfo: {},
  }));
  render(catalogApiMock.mock({ queryEntities }));
  const card = await screen.findByRole('region', { name: TITLE });
  const links = await within(card).findAllByRole('link');
  expect(links.map(link => link.getAttribute('href'))).toEqual([
    '/catalog/default/component/mill',
    '/catalog/default/system/store',
  ]);
  expect(
    within(card)
      .getAllByRole('listitem')
      .map(row => row.textContent),
  ).toEqual(['millthing component', 'storething system']);
  expect(queryEntities).toHaveBeenCalledWith(
    expect.objectContaining({
      filter: {
        // People and groups are not what one owns.
        kind: ['Component', 'API', 'Resource', 'System', 'Domain', 'Template'],
        'relations.ownedBy': ['user:default/ada', 'group:default/engines'],
      },
    }),
  );
});

it('leads to all of them where it cannot show all', async () => {
  const entities = Array.from({ length: 9 }, (_, index) =>
    owned('Component', `part-${index}`, 'user:default/ada'),
  );
  render(catalogApiMock({ entities }));
  const all = await screen.findByRole('link', { name: 'All 9' });
  expect(all).toHaveAttribute('href', '/catalog?filters[user]=owned');
  expect(screen.getAllByRole('listitem')).toHaveLength(8);
});

it('offers no more where it shows all', async () => {
  const entities = Array.from({ length: 8 }, (_, index) =>
    owned('Component', `part-${index}`, 'user:default/ada'),
  );
  render(catalogApiMock({ entities }));
  expect(await screen.findAllByRole('listitem')).toHaveLength(8);
  expect(screen.queryByRole('link', { name: /^All/ })).not.toBeInTheDocument();
});

it('says how something comes to be owned where nothing is', async () => {
  render(catalogApiMock({ entities: [] }));
  expect(await screen.findByText(/spec\.owner/)).toBeInTheDocument();
});

it('says what went wrong and loads again when asked', async () => {
  const queryEntities = jest
    .fn()
    .mockRejectedValueOnce(new Error('the catalog is away'))
    .mockResolvedValueOnce({
      items: [owned('Component', 'mill', 'user:default/ada')],
      totalItems: 1,
      pageInfo: {},
    });
  render(catalogApiMock.mock({ queryEntities }));
  expect(await screen.findByRole('alert')).toHaveTextContent(
    'the catalog is away',
  );
  await userEvent.click(screen.getByRole('button', { name: 'Try again' }));
  expect(await screen.findByRole('link', { name: 'mill' })).toBeInTheDocument();
});
