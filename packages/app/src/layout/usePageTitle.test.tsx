import {
  createFrontendPlugin,
  PageBlueprint,
} from '@backstage/frontend-plugin-api';
import { renderTestApp } from '@backstage/frontend-test-utils';
import { screen, within } from '@testing-library/react';
import { usePageTitle } from './usePageTitle';

function Titles({ of }: { of: string[] }) {
  const pageTitle = usePageTitle();
  return (
    <ul aria-label="titles">
      {of.map(path => (
        <li key={path}>{pageTitle(path)}</li>
      ))}
    </ul>
  );
}

function plugin(id: string, title: string | undefined, path: string) {
  return createFrontendPlugin({
    pluginId: id,
    title,
    extensions: [
      PageBlueprint.make({
        params: { path, loader: async () => <p>a page</p> },
      }),
    ],
  });
}

it('names a path after the page that serves it', async () => {
  const paths = [
    '/mills',
    '/mills/windmill',
    '/mills/archive/1900',
    '/millstones',
    '/nowhere',
  ];
  renderTestApp({
    extensions: [
      PageBlueprint.make({
        name: 'titles',
        params: { path: '/', loader: async () => <Titles of={paths} /> },
      }),
    ],
    features: [
      plugin('mills', 'Mills', '/mills'),
      plugin('archive', 'Archive of mills', '/mills/archive'),
    ],
  });

  const titles = await screen.findByRole('list', { name: 'titles' });
  const items = within(titles).getAllByRole('listitem');
  expect(items.map(item => item.textContent)).toEqual([
    'Mills',
    'Mills',
    'Archive of mills',
    '/millstones',
    '/nowhere',
  ]);
});
