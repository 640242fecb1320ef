/**
 * Which features make up the browser app. Wiring only: features live in
 * plugins, and what is Callboard's own here is its theme, layout, sign-in and
 * home page.
 */
import { createApp } from '@backstage/frontend-defaults';
import apiDocsPlugin from '@backstage/plugin-api-docs/alpha';
import userSettingsModule from '@backstage/plugin-app-module-user-settings';
import catalogPlugin from '@backstage/plugin-catalog/alpha';
import catalogGraphPlugin from '@backstage/plugin-catalog-graph/alpha';
import notificationsPlugin from '@backstage/plugin-notifications/alpha';
import orgPlugin from '@backstage/plugin-org/alpha';
import scaffolderPlugin from '@backstage/plugin-scaffolder/alpha';
import searchPlugin from '@backstage/plugin-search/alpha';
import signalsPlugin from '@backstage/plugin-signals/alpha';
import userSettingsPlugin from '@backstage/plugin-user-settings/alpha';
import iamPlugin from '@callboard/plugin-iam';
import { homePlugin } from './home/homePlugin';
import { layoutModule } from './layout/layoutModule';
import { signInModule } from './signIn/signInModule';
import { themeModule } from './theme/themeModule';

export const app = createApp({
  features: [
    themeModule,
    layoutModule,
    signInModule,
    homePlugin,
    catalogPlugin,
    catalogGraphPlugin,
    orgPlugin,
    apiDocsPlugin,
    iamPlugin,
    searchPlugin,
    scaffolderPlugin,
    notificationsPlugin,
    signalsPlugin,
    userSettingsPlugin,
    userSettingsModule,
  ],
});
