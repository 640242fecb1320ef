import type { Locator, Page } from '@playwright/test';

/** A route of the portal, and how to tell that its data is on the screen. */
export type Screen = {
  name: string;
  path: string;
  shows: (page: Page) => Locator;
  /** What to do in it first, where it doesn't always open the same. */
  prepare?: (page: Page) => Promise<void>;
  /** The names of the tabs in an entity's page; each has a screen in this list. */
  tabs?: string[];
  /** Errors that the browser reports because of what the screen is about. */
  problems?: RegExp;
};

const entity = (ref: string, tab = '') =>
  `/catalog/${ref.replace(':', '/').replace(/^(\w+)\/(\w+)\//, '$2/$1/')}${tab}`;

const graphNode = (page: Page, name: string) =>
  page.locator('svg').getByText(name, { exact: true }).first();

const tableRow = (page: Page, name: string) =>
  page.getByRole('row').getByRole('link', { name, exact: true }).first();

const heading = (page: Page, name: string) =>
  page.getByRole('heading', { name, exact: true });

/** Every route of the portal. */
export const screens: Screen[] = [
  {
    name: 'home',
    path: '/',
    shows: page =>
      page
        .getByRole('region', { name: 'In the catalog' })
        .getByRole('link', { name: 'Domain' }),
  },
  {
    name: 'catalog',
    path: '/catalog',
    shows: page => tableRow(page, 'Backend'),
  },
  {
    name: 'component',
    path: entity('component:callboard/backend'),
    shows: page => graphNode(page, 'PostgreSQL'),
    tabs: ['Overview', 'APIs'],
  },
  {
    name: 'component: APIs',
    path: entity('component:callboard/backend', '/apis'),
    shows: page => tableRow(page, 'Catalog API'),
    tabs: ['Overview', 'APIs'],
  },
  {
    name: 'API',
    path: entity('api:callboard/catalog-api'),
    shows: page => graphNode(page, 'Backend'),
    tabs: ['Overview', 'Definition'],
  },
  {
    name: 'API: definition',
    path: entity('api:callboard/catalog-api', '/definition'),
    shows: page => page.getByText('/entity-facets').first(),
    tabs: ['Overview', 'Definition'],
  },
  {
    name: 'system',
    path: entity('system:callboard/portal'),
    shows: page => graphNode(page, 'Browser app'),
    tabs: ['Overview'],
  },
  {
    name: 'domain',
    path: entity('domain:callboard/callboard'),
    shows: page => graphNode(page, 'Portal'),
    tabs: ['Overview'],
  },
  {
    name: 'resource',
    path: entity('resource:callboard/postgresql'),
    shows: page => graphNode(page, 'Backend'),
    tabs: ['Overview'],
  },
  {
    name: 'group',
    path: entity('group:callboard/platform'),
    shows: page => graphNode(page, 'Guest'),
    tabs: ['Overview'],
  },
  {
    name: 'user',
    path: entity('user:default/guest'),
    shows: page => graphNode(page, 'Platform'),
    tabs: ['Overview'],
  },
  {
    name: 'location',
    path: entity('location:callboard/callboard'),
    shows: page => heading(page, 'About'),
    tabs: ['Overview'],
  },
  {
    name: 'template',
    path: entity('template:callboard/register-component'),
    shows: page => graphNode(page, 'Platform'),
    tabs: ['Overview'],
  },
  {
    name: 'unknown entity',
    path: entity('component:callboard/no-such-component'),
    shows: page => page.getByText('Entity not found').first(),
    problems: /404.*\/by-name\/component\/callboard\/no-such-component/,
  },
  {
    name: 'catalog graph',
    path: '/catalog-graph?rootEntityRefs[]=domain:callboard/callboard',
    shows: page => graphNode(page, 'Browser app'),
  },
  {
    name: 'APIs',
    path: '/api-docs',
    shows: page => tableRow(page, 'Catalog API'),
  },
  {
    name: 'search',
    path: '/search?query=backend',
    shows: page => page.getByRole('link', { name: 'Backend', exact: true }),
  },
  {
    name: 'create',
    path: '/create',
    shows: page => page.getByText('Register a component').first(),
  },
  {
    name: 'create: form',
    path: '/create/templates/callboard/register-component',
    shows: page => page.getByRole('textbox', { name: 'Repository' }),
  },
  {
    name: 'create: tasks',
    path: '/create/tasks',
    shows: page => page.getByText('No records to display'),
  },
  {
    name: 'create: actions',
    path: '/create/actions',
    shows: page => page.getByText('catalog:register').first(),
  },
  {
    name: 'create: editor',
    path: '/create/edit',
    shows: page => heading(page, 'Template Form Playground'),
  },
  {
    name: 'create: template editor',
    path: '/create/edit/template',
    shows: page => page.getByText('Please select an action on the file menu'),
  },
  {
    name: 'create: form playground',
    path: '/create/edit/template-form',
    shows: page => page.getByRole('button', { name: 'Templates' }),
  },
  {
    name: 'create: custom fields',
    path: '/create/edit/custom-fields',
    // Which field it begins with depends on which of them are loaded by then.
    prepare: async page => {
      const field = page.getByRole('textbox', {
        name: 'Choose Custom Field Extension',
      });
      await field.fill('OwnerPicker');
      await page
        .getByRole('option', { name: 'OwnerPicker', exact: true })
        .click();
    },
    shows: page => page.getByText('OwnerPicker Example').first(),
  },
  {
    name: 'create: extensions',
    path: '/create/templating-extensions',
    shows: page => page.getByText('parseRepoUrl').first(),
  },
  {
    name: 'notifications',
    path: '/notifications',
    shows: page => page.getByText('No records to display'),
  },
  {
    name: 'settings',
    path: '/settings',
    shows: page => page.getByRole('link', { name: 'Platform' }),
  },
  {
    name: 'settings: sign-in',
    path: '/settings/auth-providers',
    shows: page => heading(page, 'No Authentication Providers'),
  },
  {
    name: 'settings: features',
    path: '/settings/feature-flags',
    shows: page => heading(page, 'No Feature Flags'),
  },
  {
    name: 'access',
    path: '/access',
    shows: page => page.getByRole('region', { name: 'Latest changes' }),
  },
  {
    name: 'access: organizations',
    path: '/access/organizations',
    shows: page => page.getByRole('button', { name: 'Create organization' }),
  },
  {
    name: 'access: people',
    path: '/access/people',
    shows: page => page.getByRole('button', { name: 'Invite a person' }),
  },
  {
    name: 'access: groups',
    path: '/access/groups',
    shows: page => page.getByRole('button', { name: 'Create group' }),
  },
  {
    name: 'access: the past',
    path: '/access/people?asOf=1',
    shows: page => page.getByText('You are looking at the past'),
  },
  {
    name: 'set-up',
    path: '/iam/set-up#an-old-link',
    shows: page => heading(page, 'Set up this portal'),
  },
  {
    name: 'unknown path',
    path: '/no-such-page',
    shows: page => heading(page, 'There is no page at this address'),
  },
];
