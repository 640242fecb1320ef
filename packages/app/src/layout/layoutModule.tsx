import appPlugin from '@backstage/plugin-app';
import {
  coreExtensionData,
  createFrontendModule,
  NotFoundErrorPage,
} from '@backstage/frontend-plugin-api';
import {
  NavContentBlueprint,
  SwappableComponentBlueprint,
} from '@backstage/plugin-app-react';
import { AppLayout } from './AppLayout';
import { Navigation } from './Navigation';

const layout = appPlugin.getExtension('app/layout').override({
  factory: (_originalFactory, { inputs }) => [
    coreExtensionData.reactElement(
      <AppLayout
        navigation={inputs.nav.get(coreExtensionData.reactElement)}
        content={inputs.content.get(coreExtensionData.reactElement)}
      />,
    ),
  ],
});

const navigation = NavContentBlueprint.make({
  params: { component: Navigation },
});

const notFoundPage = SwappableComponentBlueprint.make({
  name: 'core-not-found-error-page',
  params: define =>
    define({
      component: NotFoundErrorPage,
      loader: () => import('./NotFoundPage').then(m => m.NotFoundPage),
    }),
});

/** The frame around every page: navigation, guest banner, content. */
export const layoutModule = createFrontendModule({
  pluginId: 'app',
  extensions: [layout, navigation, notFoundPage],
});
