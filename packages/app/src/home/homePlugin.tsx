import {
  createFrontendPlugin,
  createRouteRef,
  PageBlueprint,
} from '@backstage/frontend-plugin-api';
import backstageHomePlugin from '@backstage/plugin-home/alpha';
import { RiHome5Line } from '@remixicon/react';

const rootRouteRef = createRouteRef();

const page = PageBlueprint.make({
  params: {
    path: '/',
    routeRef: rootRouteRef,
    noHeader: true,
    loader: () => import('./HomePage').then(m => <m.HomePage />),
  },
});

/**
 * The front door. Of Backstage's home plugin it keeps what records the pages a
 * person visits; the page itself is ours.
 */
export const homePlugin = createFrontendPlugin({
  pluginId: 'home',
  title: 'Home',
  icon: <RiHome5Line />,
  routes: { root: rootRouteRef },
  extensions: [
    page,
    backstageHomePlugin.getExtension('api:home/visits'),
    backstageHomePlugin.getExtension('app-root-element:home/visit-listener'),
  ],
});
