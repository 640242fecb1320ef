/** The circumstances under which a screen is looked at. */
export type Setting = { width: number; scheme: 'light' | 'dark' };

/** A fault in what a package other than ours draws. */
export type UpstreamFinding = {
  /** The rule of axe-core, or sideways-scrolling. */
  rule: string;
  /** A CSS selector of the elements at fault. */
  elements: string;
  /** Names of the screens that show it. */
  screens: string[];
  /** Where it is seen, when not in every width and scheme. */
  only?: Partial<Setting>;
  drawnBy: string;
  cause: string;
};

const pagesWithTabs = [
  'create',
  'create: form',
  'create: tasks',
  'create: actions',
  'create: editor',
  'create: template editor',
  'create: form playground',
  'create: custom fields',
  'create: extensions',
  'settings',
  'settings: sign-in',
  'settings: features',
];

/**
 * What is wrong on the screens that other packages draw and cannot be mended
 * from outside (what can be is, in src/theme). A fault that is not listed fails
 * the tests, and so does an entry whose fault is gone.
 */
export const upstreamFindings: UpstreamFinding[] = [
  {
    rule: 'aria-valid-attr-value',
    elements: '[role=tab]',
    screens: pagesWithTabs,
    drawnBy: '@backstage/ui',
    cause:
      'The tabs of a page are links, but say that they control a tab panel; there is no panel with that id.',
  },
  {
    rule: 'nested-interactive',
    elements: 'th .MuiTableSortLabel-root',
    screens: ['catalog', 'APIs', 'create: tasks'],
    drawnBy: '@material-table/core, in @backstage/core-components',
    cause:
      'The handle that moves a column is a button inside the button that sorts by the column.',
  },
  {
    rule: 'aria-command-name',
    elements: 'th [data-rbd-draggable-id]',
    screens: ['notifications'],
    drawnBy: '@material-table/core, in @backstage/plugin-notifications',
    cause:
      'Columns without a title still get a handle that moves them, which has no name then.',
  },
  {
    rule: 'nested-interactive',
    elements: 'button.opblock-summary-control',
    screens: ['API', 'API: definition'],
    drawnBy: 'swagger-ui-react, in @backstage/plugin-api-docs',
    cause:
      'The button that unfolds an operation has the link to the operation inside it.',
  },
  {
    rule: 'target-size',
    elements: 'button.opblock-summary-control',
    screens: ['API'],
    only: { width: 1440 },
    drawnBy: 'swagger-ui-react, in @backstage/plugin-api-docs',
    cause:
      'The link inside that button covers so much of it, where the path is long, that too little of the button is left.',
  },
  {
    rule: 'select-name',
    elements: 'select#servers',
    screens: ['API', 'API: definition'],
    drawnBy: 'swagger-ui-react, in @backstage/plugin-api-docs',
    cause: 'The heading over the list of servers is not made its label.',
  },
  {
    rule: 'label',
    elements: 'input[class*=MuiAutocomplete-input]',
    screens: ['catalog graph'],
    drawnBy: '@backstage/plugin-catalog-graph',
    cause:
      'The texts above the filters for kinds and relations are not made labels of their fields.',
  },
  {
    rule: 'listitem',
    elements: 'li.MuiListItem-root',
    screens: ['search'],
    drawnBy: '@backstage/plugin-search',
    cause: 'The results are list items, but what holds them is not a list.',
  },
  {
    rule: 'link-name',
    elements: 'a[href="/catalog/callboard/template/register-component"]',
    screens: ['create'],
    drawnBy: '@backstage/plugin-scaffolder',
    cause:
      "The link from a template's card to its entity is an icon without a name.",
  },
  {
    rule: 'nested-interactive',
    elements: 'button[aria-label="Show template entity details"]',
    screens: ['create'],
    drawnBy: '@backstage/plugin-scaffolder',
    cause: 'That link is inside a button.',
  },
  {
    rule: 'link-name',
    elements: 'a.MuiLink-root[href*="#"]',
    screens: ['create: extensions'],
    drawnBy: '@backstage/plugin-scaffolder',
    cause: 'The anchor beside each heading is an icon without a name.',
  },
  {
    rule: 'aria-input-field-name',
    elements: '.cm-content',
    screens: ['create: form playground', 'create: custom fields'],
    drawnBy: '@uiw/react-codemirror, in @backstage/plugin-scaffolder',
    cause: 'The editor is given no name.',
  },
  {
    rule: 'scrollable-region-focusable',
    elements: '.cm-scroller',
    screens: ['create: form playground'],
    drawnBy: '@uiw/react-codemirror, in @backstage/plugin-scaffolder',
    cause: 'What scrolls around the editor does not take the focus.',
  },
  {
    rule: 'color-contrast',
    elements: '.cm-line > span',
    screens: ['create: custom fields'],
    drawnBy: '@uiw/react-codemirror, in @backstage/plugin-scaffolder',
    cause:
      'Punctuation and comments are grey on dark grey in the only theme it has.',
  },
  {
    rule: 'color-contrast',
    elements: '.cm-line > span',
    screens: ['create: form playground'],
    // On a phone the editor's line is off the screen.
    only: { width: 1440 },
    drawnBy: '@uiw/react-codemirror, in @backstage/plugin-scaffolder',
    cause:
      'Punctuation and comments are grey on dark grey in the only theme it has.',
  },
  {
    rule: 'sideways-scrolling',
    elements: 'html',
    screens: ['create: form playground'],
    only: { width: 390 },
    drawnBy: '@backstage/plugin-scaffolder',
    cause: 'The bar over the editor is laid out for wide windows only.',
  },
];
