/** What the plugin consists of. Wiring only. */
import {
  ApiBlueprint,
  coreExtensionData,
  createFrontendPlugin,
  fetchApiRef,
  PageBlueprint,
  SubPageBlueprint,
} from '@backstage/frontend-plugin-api';
import { RiShieldKeyholeLine } from '@remixicon/react';
import { iamApiRef } from './api/iamApiRef';
import { LazyIamApi } from './api/LazyIamApi';
import {
  eventRouteRef,
  groupRouteRef,
  organizationRouteRef,
  projectRouteRef,
  rootRouteRef,
  userRouteRef,
} from './routes';

const api = ApiBlueprint.make({
  params: define =>
    define({
      api: iamApiRef,
      deps: { fetchApi: fetchApiRef },
      factory: ({ fetchApi }) => new LazyIamApi(fetchApi),
    }),
});

const page = PageBlueprint.makeWithOverrides({
  factory: (originalFactory, { inputs }) =>
    originalFactory({
      path: '/access',
      routeRef: rootRouteRef,
      // The console has a header of its own, whose links keep the moment that
      // is looked at.
      noHeader: true,
      loader: () =>
        import('./shell/Console').then(m => (
          <m.Console
            areas={inputs.pages.map(area => ({
              path: area.get(coreExtensionData.routePath),
              title: area.get(coreExtensionData.title) ?? '',
              element: area.get(coreExtensionData.reactElement),
            }))}
          />
        )),
    }),
});

/** Where the link that the first start prints leads; in no navigation. */
const setUpPage = PageBlueprint.make({
  name: 'set-up',
  params: {
    path: '/iam/set-up',
    noHeader: true,
    loader: () => import('./setUp/SetUpPage').then(m => <m.SetUpPage />),
  },
});

/** One area of the console: a tab, and everything under its path. */
const area = (options: {
  path: string;
  title: string;
  loader: () => Promise<JSX.Element>;
}) => SubPageBlueprint.make({ name: options.path, params: options });

// In the order of the tabs.
const areas = [
  area({
    path: 'overview',
    title: 'Overview',
    loader: () => import('./overview/Overview').then(m => <m.Overview />),
  }),
  area({
    path: 'organizations',
    title: 'Organizations',
    loader: () =>
      import('./organizations/Organizations').then(m => <m.Organizations />),
  }),
  area({
    path: 'people',
    title: 'People and machines',
    loader: () => import('./people/People').then(m => <m.People />),
  }),
  area({
    path: 'groups',
    title: 'Groups',
    loader: () => import('./groups/Groups').then(m => <m.Groups />),
  }),
  area({
    path: 'projects',
    title: 'Projects',
    loader: () => import('./projects/Projects').then(m => <m.Projects />),
  }),
  area({
    path: 'explorer',
    title: 'Explorer',
    loader: () => import('./explorer/Explorer').then(m => <m.Explorer />),
  }),
  area({
    path: 'policies',
    title: 'Policies',
    loader: () => import('./policies/Policies').then(m => <m.Policies />),
  }),
  area({
    path: 'import',
    title: 'Import',
    loader: () => import('./import/Import').then(m => <m.Import />),
  }),
  area({
    path: 'as-code',
    title: 'As code',
    loader: () => import('./asCode/AsCode').then(m => <m.AsCode />),
  }),
];

/**
 * The console of identity and access.
 *
 * @public
 */
export const iamPlugin = createFrontendPlugin({
  pluginId: 'iam',
  title: 'Access',
  icon: <RiShieldKeyholeLine />,
  routes: {
    root: rootRouteRef,
    organization: organizationRouteRef,
    user: userRouteRef,
    group: groupRouteRef,
    project: projectRouteRef,
  },
  externalRoutes: { event: eventRouteRef },
  extensions: [api, page, setUpPage, ...areas],
});
