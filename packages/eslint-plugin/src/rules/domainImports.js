// @ts-check
/**
 * `src/domain` decides and does nothing else: it imports itself, -common
 * packages and zod. No database, network, file system or framework.
 */
const path = require('node:path');
const { isTestFile } = require('../isTestFile');
const { visitModuleReferences } = require('../visitModuleReferences');
const { workspacesAt } = require('../workspaces');

const PURE_MODULES = [
  'zod',
  '@backstage/catalog-model',
  '@backstage/errors',
  '@backstage/types',
];

/** @type {import('eslint').Rule.RuleModule} */
module.exports = {
  meta: {
    type: 'problem',
    docs: { description: 'Keep src/domain free of I/O and of other rooms' },
    messages: {
      outside:
        '{{specifier}} is outside src/domain. Domain code imports only its own folder, -common packages and zod: pass the value in, or move the pure part into src/domain.',
      package:
        '{{specifier}} is not for domain code, which imports only its own folder, -common packages and zod. Do the I/O in src/api, src/queries or src/reactors and pass the result in.',
    },
    schema: [],
  },
  create(context) {
    const workspaces = workspacesAt(context.cwd);
    const pkg = workspaces.ofFile(context.filename);
    if (!pkg) {
      return {};
    }
    const domain = path.join(pkg.dir, 'src', 'domain') + path.sep;
    const inPackage = path.relative(pkg.dir, context.filename);
    if (
      !context.filename.startsWith(domain) ||
      isTestFile(inPackage.split(path.sep).join('/'))
    ) {
      return {};
    }

    return visitModuleReferences(({ specifier, packageName, node }) => {
      if (packageName === undefined) {
        const target = path.resolve(path.dirname(context.filename), specifier);
        if (!(target + path.sep).startsWith(domain)) {
          context.report({ node, messageId: 'outside', data: { specifier } });
        }
        return;
      }
      const isCommon =
        workspaces.named(packageName, pkg)?.role === 'common-library' &&
        packageName.endsWith('-common');
      if (!isCommon && !PURE_MODULES.includes(packageName)) {
        context.report({ node, messageId: 'package', data: { specifier } });
      }
    });
  },
};
