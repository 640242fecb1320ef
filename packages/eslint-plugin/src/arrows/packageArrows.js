// @ts-check
/**
 * Which package may import which: the contexts of the design, Backstage's
 * package roles, and the few packages that stand outside both.
 */

/** @typedef {import('../workspaces').PackageFacts} PackageFacts */

/** The context that every other one stands on, and which knows none of them. */
const ENGINE = 'eventstore';

const APP = '@callboard/app';
const BACKEND = '@callboard/backend';
const BENCH = '@callboard/bench';
const LAUNCHER = '@callboard/launcher';
const EMBEDDED_POSTGRES = '@callboard/embedded-postgres';

/** Packages in which arrows start and none ends. */
const STARTS = [APP, BACKEND, BENCH, LAUNCHER, '@callboard/eslint-plugin'];

/** What another context's node library offers to everyone. */
const OFFERED_TO_OTHER_CONTEXTS = /(ServiceRef|ExtensionPoint)$/;

const messages = {
  start:
    '{{target}} is where arrows start, so nothing imports it. Move what {{source}} needs into a library.',
  launcherAlone:
    '{{source}} runs before anything is built, so of our packages it imports only @callboard/embedded-postgres. Run {{target}} as a process instead.',
  embeddedPostgres:
    '{{target}} is for the launcher, the benchmarks and tests. {{source}} gets its database from coreServices.database.',
  browserToServer:
    '{{source}} runs in the browser and {{target}} on the server. Ask the backend through its API; move types that both need into a -common package.',
  serverToBrowser:
    '{{source}} runs on the server and {{target}} in the browser. Move what both need into a -common package.',
  commonOutward:
    '{{source}} is for browser and server alike, so it imports only other -common packages, not {{target}} ({{targetRole}}). Move the code that needs it into a -node, -backend or frontend package.',
  backendToBackend:
    "{{source}} imports the backend {{target}}. Backends meet by events of the other's -common, by a service ref of its -node, or not at all; only packages/backend wires them.",
  frontendToFrontend:
    "{{source}} imports the frontend {{target}}. Use its -react or -common package, a route ref or an extension; only packages/app wires frontends, and only one context's own frontends share code.",
  engineToContext:
    '{{source}} is part of the event store, which knows no other context, so it cannot import {{target}}. Let {{target}} depend on the event store and hand in what is needed.',
  foundationToContext:
    '{{source}} belongs to no context, so it cannot import {{target}} of the context {{targetContext}}. Let {{targetContext}} depend on it and hand in what is needed.',
  foreignNode:
    "{{name}} of {{target}} is not offered to other contexts. {{source}} may take from another context's -node only service refs (…ServiceRef), extension points (…ExtensionPoint) and types (import type).",
};

/** @typedef {'browser' | 'server' | 'common'} Side */

/** @type {Record<string, Side>} */
const SIDES = {
  frontend: 'browser',
  'frontend-plugin': 'browser',
  'frontend-plugin-module': 'browser',
  'frontend-dynamic-container': 'browser',
  'web-library': 'browser',
  backend: 'server',
  'backend-plugin': 'server',
  'backend-plugin-module': 'server',
  'node-library': 'server',
  cli: 'server',
  'cli-module': 'server',
  'common-library': 'common',
};

/**
 * @param {string | undefined} role
 * @returns {Side | undefined}
 */
const sideOf = role => (role === undefined ? undefined : SIDES[role]);

/** @param {PackageFacts} pkg */
const isBackendPlugin = pkg =>
  pkg.role === 'backend-plugin' || pkg.role === 'backend-plugin-module';

/** @param {PackageFacts} pkg */
const isFrontendPlugin = pkg =>
  pkg.role === 'frontend-plugin' || pkg.role === 'frontend-plugin-module';

/**
 * The broken arrow from `source` to `target`, if it is broken.
 *
 * @param {{ source: PackageFacts, target: PackageFacts, inTest: boolean }} arrow
 * @returns {keyof typeof messages | undefined}
 */
function brokenPackageArrow({ source, target, inTest }) {
  if (source.name === target.name) {
    return undefined;
  }
  const from = sideOf(source.role);
  const to = sideOf(target.role);
  if (from === undefined || to === undefined) {
    return undefined;
  }
  return (
    brokenAroundStarts(source, target, inTest) ??
    brokenBetweenSides(from, to, inTest && !target.workspace) ??
    brokenBetweenPlugins(source, target, inTest) ??
    brokenBetweenContexts(source, target)
  );
}

/**
 * @param {PackageFacts} source
 * @param {PackageFacts} target
 * @param {boolean} inTest
 */
function brokenAroundStarts(source, target, inTest) {
  if (!target.workspace) {
    return undefined;
  }
  if (STARTS.includes(target.name)) {
    return 'start';
  }
  if (source.name === LAUNCHER && target.name !== EMBEDDED_POSTGRES) {
    return 'launcherAlone';
  }
  if (
    target.name === EMBEDDED_POSTGRES &&
    ![LAUNCHER, BENCH].includes(source.name) &&
    !inTest
  ) {
    return 'embeddedPostgres';
  }
  return undefined;
}

/**
 * @param {Side} from
 * @param {Side} to
 * @param {boolean} installedForTests a test may use an installed package of the other side, e.g. a test kit
 */
function brokenBetweenSides(from, to, installedForTests) {
  if (from === to || to === 'common' || installedForTests) {
    return undefined;
  }
  switch (from) {
    case 'browser':
      return 'browserToServer';
    case 'server':
      return 'serverToBrowser';
    default:
      return 'commonOutward';
  }
}

/**
 * @param {PackageFacts} source
 * @param {PackageFacts} target
 * @param {boolean} inTest
 */
function brokenBetweenPlugins(source, target, inTest) {
  // A test may start an installed plugin beside its own, e.g. the catalog.
  if (inTest && !target.workspace) {
    return undefined;
  }
  if (isBackendPlugin(target) && ![BACKEND, BENCH].includes(source.name)) {
    return 'backendToBackend';
  }
  const sameFrontend =
    isFrontendPlugin(source) && source.pluginId === target.pluginId;
  if (isFrontendPlugin(target) && source.name !== APP && !sameFrontend) {
    return 'frontendToFrontend';
  }
  return undefined;
}

/**
 * @param {PackageFacts} source
 * @param {PackageFacts} target
 */
function brokenBetweenContexts(source, target) {
  const intoContext =
    target.workspace &&
    target.pluginId !== undefined &&
    target.pluginId !== ENGINE;
  if (!intoContext) {
    return undefined;
  }
  if (source.pluginId === ENGINE) {
    return 'engineToContext';
  }
  if (source.pluginId === undefined && !STARTS.includes(source.name)) {
    return 'foundationToContext';
  }
  return undefined;
}

/**
 * Whether `source` sees only what `target` offers to other contexts.
 *
 * @param {PackageFacts} source
 * @param {PackageFacts} target
 */
function isForeignNodeLibrary(source, target) {
  return (
    target.workspace &&
    target.role === 'node-library' &&
    target.pluginId !== undefined &&
    target.pluginId !== ENGINE &&
    target.pluginId !== source.pluginId &&
    !STARTS.includes(source.name)
  );
}

/** @param {string} name */
const isOfferedToOtherContexts = name => OFFERED_TO_OTHER_CONTEXTS.test(name);

module.exports = {
  messages,
  sideOf,
  brokenPackageArrow,
  isForeignNodeLibrary,
  isOfferedToOtherContexts,
};
