// @ts-check
/**
 * A repository in a temporary folder: workspaces, installed packages and
 * files, linted with the `architecture` config as ours is.
 */
const { ESLint } = require('eslint');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');

const REPOSITORY = path.resolve(__dirname, '../../../..');

/** @typedef {{ name: string, role: string, pluginId?: string }} Package */

/**
 * @param {{
 *   workspaces: Record<string, Package>,
 *   installed?: Package[],
 *   files?: Record<string, string>,
 * }} tree `workspaces` by folder, `files` by path
 */
function createTree({ workspaces, installed = [], files = {} }) {
  const dir = fs.realpathSync(
    fs.mkdtempSync(path.join(os.tmpdir(), 'callboard-arrows-')),
  );
  /**
   * @param {string} file
   * @param {string} content
   */
  const write = (file, content) => {
    const target = path.join(dir, file);
    fs.mkdirSync(path.dirname(target), { recursive: true });
    fs.writeFileSync(target, content);
  };
  /** @param {Package} pkg */
  const manifest = ({ name, role, pluginId }) =>
    JSON.stringify({ name, version: '0.0.0', backstage: { role, pluginId } });

  write(
    'package.json',
    JSON.stringify({ name: 'tree', workspaces: ['packages/*', 'plugins/*'] }),
  );
  for (const [folder, pkg] of Object.entries(workspaces)) {
    write(`${folder}/package.json`, manifest(pkg));
  }
  for (const pkg of installed) {
    write(`node_modules/${pkg.name}/package.json`, manifest(pkg));
  }
  for (const [file, content] of Object.entries(files)) {
    write(file, content);
  }

  const eslint = new ESLint({
    cwd: dir,
    useEslintrc: false,
    resolvePluginsRelativeTo: REPOSITORY,
    baseConfig: {
      root: true,
      extends: ['plugin:@callboard/architecture'],
      parser: require.resolve('@typescript-eslint/parser'),
      parserOptions: { ecmaVersion: 2022, sourceType: 'module' },
    },
  });

  return {
    /**
     * @param {string} file
     * @param {string} code
     */
    async lint(file, code) {
      const results = await eslint.lintText(code, {
        filePath: path.join(dir, file),
      });
      return results.flatMap(result => result.messages);
    },
    remove: () => fs.rmSync(dir, { recursive: true, force: true }),
  };
}

module.exports = { createTree, REPOSITORY };
