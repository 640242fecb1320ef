// @ts-check
/** What the `architecture` config adds beside the arrows, and that the repository uses it. */
const { execFileSync } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');
const { configs, rules } = require('./index');
const { createTree, REPOSITORY } = require('./__testUtils__/createTree');

describe('the architecture config', () => {
  const tree = createTree({
    workspaces: {
      'plugins/iam-backend': {
        name: '@callboard/plugin-iam-backend',
        role: 'backend-plugin',
        pluginId: 'iam',
      },
      'plugins/iam-node': {
        name: '@callboard/plugin-iam-node',
        role: 'node-library',
        pluginId: 'iam',
      },
    },
    files: {
      'plugins/iam-backend/src/a.ts': "import { b } from './b';\nb();\n",
      'plugins/iam-backend/src/b.ts':
        "import { c } from './c';\nexport const b = () => c();\n",
      'plugins/iam-backend/src/c.ts': 'export const c = () => 1;\n',
    },
  });

  afterAll(() => tree.remove());

  /**
   * @param {string} file
   * @param {string} code
   */
  const brokenRules = async (file, code) =>
    (await tree.lint(file, code)).map(({ ruleId }) => ruleId);

  it('forbids import cycles', async () => {
    await expect(
      brokenRules(
        'plugins/iam-backend/src/c.ts',
        "import { a } from './a';\nexport const c = () => a;\n",
      ),
    ).resolves.toEqual(['import/no-cycle']);
  });

  it('allows imports that form no cycle', async () => {
    await expect(
      brokenRules(
        'plugins/iam-backend/src/a.ts',
        "import { b } from './b';\nb();\n",
      ),
    ).resolves.toEqual([]);
  });

  it.each([
    'plugins/iam-backend/src/api/users.ts',
    'plugins/iam-backend/src/plugin.ts',
    'plugins/iam-node/src/index.ts',
  ])('forbids a default export in %s', async file => {
    await expect(brokenRules(file, 'export default 1;\n')).resolves.toEqual([
      'import/no-default-export',
    ]);
  });

  it.each([
    'plugins/iam-backend/src/index.ts',
    'plugins/iam-backend/playwright.config.ts',
  ])('allows a default export in %s', async file => {
    await expect(brokenRules(file, 'export default 1;\n')).resolves.toEqual([]);
  });

  it.each([
    ['no-unlimited-disable', '/* eslint-disable -- it is generated */'],
    ['require-description', '// eslint-disable-next-line no-alert'],
  ])('wants exceptions with rule and reason: %s', async (rule, comment) => {
    await expect(
      brokenRules(
        'plugins/iam-backend/src/alert.ts',
        `${comment}\nalert('now');\n`,
      ),
    ).resolves.toEqual([`@eslint-community/eslint-comments/${rule}`]);
  });

  it('allows an exception with rule and reason', async () => {
    await expect(
      brokenRules(
        'plugins/iam-backend/src/alert.ts',
        "// eslint-disable-next-line no-alert -- the last resort\nalert('now');\n",
      ),
    ).resolves.toEqual([]);
  });

  it.each([
    'src/utils.ts',
    'src/utils/date.ts',
    'src/api/helpers.ts',
    'src/common/index.ts',
    'src/queries/shared.test.ts',
  ])('forbids the name %s', async file => {
    await expect(
      brokenRules(`plugins/iam-backend/${file}`, 'export {};\n'),
    ).resolves.toEqual(['@callboard/no-vague-names']);
  });

  it.each(['src/testUtils/database.ts', 'src/commonName.ts', 'src/index.ts'])(
    'allows the name %s',
    async file => {
      await expect(
        brokenRules(`plugins/iam-backend/${file}`, 'export {};\n'),
      ).resolves.toEqual([]);
    },
  );
});

describe('this repository', () => {
  // In a process of its own: a plugin of React's configuration doesn't load
  // in jest's environment.
  const printConfigs = `
    const { ESLint } = require('eslint');
    const eslint = new ESLint();
    Promise.all(
      process.argv.slice(1).map(file => eslint.calculateConfigForFile(file)),
    ).then(configs => console.log(JSON.stringify(configs.map(c => c.rules))));
  `;
  const workspaces = ['packages', 'plugins'].flatMap(folder =>
    fs
      .readdirSync(path.join(REPOSITORY, folder))
      .map(name => `${folder}/${name}`)
      .filter(dir => fs.existsSync(path.join(REPOSITORY, dir, 'package.json'))),
  );

  it('has every rule switched on in every workspace', () => {
    const printed = execFileSync(
      process.execPath,
      ['-e', printConfigs, ...workspaces.map(dir => `${dir}/src/file.ts`)],
      { cwd: REPOSITORY, encoding: 'utf8' },
    );
    const expected = [
      ...Object.keys(configs.architecture.rules ?? {}),
      // By the package's own .eslintrc.js.
      '@backstage/no-undeclared-imports',
    ];
    const off = /** @type {Record<string, string[]>[]} */ (
      JSON.parse(printed)
    ).flatMap((ruleSettings, index) =>
      expected
        .filter(rule => ruleSettings[rule]?.[0] !== 'error')
        .map(rule => `${rule} in ${workspaces[index]}`),
    );
    expect(workspaces).toContain('packages/eslint-plugin');
    expect(off).toEqual([]);
  });

  it('has no rule that is never switched on', () => {
    expect(
      Object.keys(rules)
        .map(name => `@callboard/${name}`)
        .filter(name => !configs.architecture.rules?.[name]),
    ).toEqual([]);
  });
});
