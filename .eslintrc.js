// The arrows of the architecture, for every workspace. What a package's own
// .eslintrc.js adds is Backstage's configuration for its role.
module.exports = {
  root: true,
  extends: ['plugin:@callboard/architecture'],
  parser: '@typescript-eslint/parser',
  parserOptions: { ecmaVersion: 2022, sourceType: 'module' },
  env: { es2022: true, node: true },
};
