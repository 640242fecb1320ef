// @ts-check
/** The ESLint plugin `@callboard`: its rules, and one config that switches all on. */

/** @type {import('eslint').Linter.Config} */
const architecture = {
  plugins: ['@callboard', '@eslint-community/eslint-comments', 'import'],
  settings: {
    // Installed packages don't import ours back; parsing them takes longest.
    'import/ignore': ['/node_modules/'],
    'import/extensions': ['.js', '.jsx', '.ts', '.tsx'],
    'import/parsers': { '@typescript-eslint/parser': ['.ts', '.tsx'] },
    'import/resolver': {
      node: { extensions: ['.ts', '.tsx', '.js', '.jsx', '.json'] },
    },
  },
  rules: {
    '@callboard/package-arrows': 'error',
    '@callboard/room-arrows': 'error',
    '@callboard/domain-imports': 'error',
    '@callboard/no-ambient-input': 'error',
    '@callboard/banned-modules': 'error',
    '@callboard/no-vague-names': 'error',
    // An exception names its rules and its reason.
    '@eslint-community/eslint-comments/no-unlimited-disable': 'error',
    '@eslint-community/eslint-comments/require-description': [
      'error',
      { ignore: ['eslint-enable'] },
    ],
    'import/no-cycle': ['error', { ignoreExternal: true }],
    'import/no-default-export': 'error',
  },
  overrides: [
    {
      // Backstage finds a plugin or module by its package's default export.
      files: ['plugins/*/src/index.{ts,tsx}', 'plugins/*/src/alpha.{ts,tsx}'],
      excludedFiles: ['plugins/*-{common,node,react}/**'],
      rules: { 'import/no-default-export': 'off' },
    },
    {
      // Tools read their configuration from a default export.
      files: ['**/*.config.{js,cjs,mjs,ts}', 'knip.ts'],
      rules: { 'import/no-default-export': 'off' },
    },
  ],
};

module.exports = {
  configs: { architecture },
  rules: {
    'banned-modules': require('./rules/bannedModules'),
    'domain-imports': require('./rules/domainImports'),
    'no-ambient-input': require('./rules/noAmbientInput'),
    'no-vague-names': require('./rules/noVagueNames'),
    'package-arrows': require('./rules/packageArrows'),
    'room-arrows': require('./rules/roomArrows'),
  },
};
