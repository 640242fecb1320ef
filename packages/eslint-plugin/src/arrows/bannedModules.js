// @ts-check
/**
 * Modules that we do without, or use in one place only, and what to use
 * instead.
 */
const { builtinModules } = require('node:module');
const { sideOf } = require('./packageArrows');

/** @typedef {import('../workspaces').PackageFacts} PackageFacts */

/**
 * @typedef {object} Ban
 * @property {(specifier: string) => boolean} matches
 * @property {(pkg: PackageFacts) => boolean} appliesTo
 * @property {boolean} inTests whether it holds in test files as well
 * @property {string} instead
 */

/** @param {PackageFacts} pkg */
const everywhere = pkg => pkg.workspace;
/** @param {PackageFacts} pkg */
const inBrowser = pkg => sideOf(pkg.role) === 'browser';
/** @param {PackageFacts} pkg */
const offTheServer = pkg =>
  ['browser', 'common'].includes(sideOf(pkg.role) ?? '');

/**
 * @param {string[]} names
 * @returns {(specifier: string) => boolean}
 */
const packages = names => specifier =>
  names.some(name => specifier === name || specifier.startsWith(`${name}/`));

/** @type {Ban[]} */
const BANS = [
  {
    matches: packages(['better-sqlite3', 'sqlite3', 'node:sqlite']),
    appliesTo: everywhere,
    inTests: true,
    instead:
      'Callboard runs on PostgreSQL only (catalog/docs/decisions/0001), also in tests.',
  },
  {
    matches: packages(['moment']),
    appliesTo: everywhere,
    inTests: true,
    instead: 'Use luxon, or Intl for formatting.',
  },
  {
    matches: specifier => specifier === 'lodash',
    appliesTo: everywhere,
    inTests: true,
    instead:
      'Importing lodash whole ships all of it: import lodash/<function>, or write it in plain TypeScript.',
  },
  {
    matches: packages(['@material-ui', '@mui']),
    appliesTo: inBrowser,
    inTests: true,
    instead: 'Screens are made of @backstage/ui; no new Material UI.',
  },
  {
    matches: packages(['react-router', 'react-router-dom']),
    appliesTo: pkg => inBrowser(pkg) && pkg.role !== 'frontend',
    inTests: true,
    instead:
      'Link with route refs (useRouteRef) and the links of @backstage/ui; only packages/app knows the router.',
  },
  {
    matches: specifier =>
      specifier.startsWith('node:') ||
      builtinModules.includes(specifier.split('/')[0] ?? ''),
    appliesTo: offTheServer,
    inTests: false,
    instead:
      'Node has it, a browser has not. Move the code into a -node or -backend package.',
  },
  {
    matches: packages([
      'express',
      'fs-extra',
      'graphile-worker',
      'knex',
      'pg',
      'winston',
    ]),
    appliesTo: offTheServer,
    inTests: false,
    instead:
      'It runs on the server only. Move the code into a -node or -backend package.',
  },
];

/**
 * Why `pkg` does without this module and what to use instead; undefined if it
 * may import it.
 *
 * @param {{ specifier: string, pkg: PackageFacts, inTest: boolean }} use
 */
function whatToUseInstead({ specifier, pkg, inTest }) {
  return BANS.find(
    ban =>
      ban.matches(specifier) && ban.appliesTo(pkg) && (ban.inTests || !inTest),
  )?.instead;
}

module.exports = { whatToUseInstead };
