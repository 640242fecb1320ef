// @ts-check
/**
 * Which package a file belongs to and what a package name stands for: its
 * Backstage role and plugin id, for workspaces and for installed packages.
 */
const { getPackagesSync } = require('@manypkg/get-packages');
const fs = require('node:fs');
const path = require('node:path');

/**
 * @typedef {object} PackageFacts
 * @property {string} name
 * @property {string} dir absolute
 * @property {boolean} workspace false for a package installed from a registry
 * @property {string | undefined} role `backstage.role` of its package.json
 * @property {string | undefined} pluginId `backstage.pluginId` of its package.json
 */

/**
 * @typedef {object} Workspaces
 * @property {(filePath: string) => PackageFacts | undefined} ofFile
 * @property {(name: string, from: PackageFacts) => PackageFacts | undefined} named
 *   what `name` resolves to when imported from a file of `from`
 */

// Editors keep ESLint alive while package.json files change.
const STALE_AFTER_MS = 5000;

/** @type {Map<string, { loadedAt: number, workspaces: Workspaces }>} */
const loaded = new Map();

/**
 * @param {string} cwd a folder inside the repository
 * @returns {Workspaces}
 */
function workspacesAt(cwd) {
  const known = loaded.get(cwd);
  if (known && Date.now() - known.loadedAt < STALE_AFTER_MS) {
    return known.workspaces;
  }
  const workspaces = loadWorkspaces(cwd);
  loaded.set(cwd, { loadedAt: Date.now(), workspaces });
  return workspaces;
}

/**
 * @param {string} cwd
 * @returns {Workspaces}
 */
function loadWorkspaces(cwd) {
  const { root, packages } = getPackagesSync(cwd);
  const facts = packages.map(({ dir, packageJson }) =>
    factsFrom(dir, packageJson, true),
  );
  const byName = new Map(facts.map(pkg => [pkg.name, pkg]));
  /** @type {Map<string, PackageFacts | undefined>} */
  const installed = new Map();

  return {
    ofFile: filePath =>
      facts.find(pkg => filePath.startsWith(pkg.dir + path.sep)),
    named(name, from) {
      const workspace = byName.get(name);
      if (workspace) {
        return workspace;
      }
      const key = `${from.dir}\0${name}`;
      if (!installed.has(key)) {
        installed.set(key, findInstalled(name, [from.dir, root.dir]));
      }
      return installed.get(key);
    },
  };
}

/**
 * @param {string} name
 * @param {string[]} folders
 */
function findInstalled(name, folders) {
  for (const folder of folders) {
    const dir = path.join(folder, 'node_modules', name);
    const file = path.join(dir, 'package.json');
    if (fs.existsSync(file)) {
      return factsFrom(dir, JSON.parse(fs.readFileSync(file, 'utf8')), false);
    }
  }
  return undefined;
}

/**
 * @param {string} dir
 * @param {{ name: string, backstage?: { role?: string, pluginId?: string } }} packageJson
 * @param {boolean} workspace
 * @returns {PackageFacts}
 */
function factsFrom(dir, packageJson, workspace) {
  return {
    name: packageJson.name,
    dir,
    workspace,
    role: packageJson.backstage?.role,
    pluginId: packageJson.backstage?.pluginId,
  };
}

module.exports = { workspacesAt };
