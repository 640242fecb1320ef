// @ts-check
/**
 * The arrows between packages: contexts, browser and server, engine and
 * features. What is allowed is decided in `../arrows/packageArrows`.
 */
const path = require('node:path');
const {
  brokenPackageArrow,
  isForeignNodeLibrary,
  isOfferedToOtherContexts,
  messages,
} = require('../arrows/packageArrows');
const { isTestFile } = require('../isTestFile');
const { visitModuleReferences } = require('../visitModuleReferences');
const { workspacesAt } = require('../workspaces');

/** @type {import('eslint').Rule.RuleModule} */
module.exports = {
  meta: {
    type: 'problem',
    docs: { description: 'Keep the arrows between packages as designed' },
    messages,
    schema: [],
  },
  create(context) {
    const workspaces = workspacesAt(context.cwd);
    const source = workspaces.ofFile(context.filename);
    if (!source) {
      return {};
    }
    const inTest = isTestFile(
      path.relative(source.dir, context.filename).split(path.sep).join('/'),
    );

    return visitModuleReferences(reference => {
      // Declares what a bundler makes of images and styles; no code behind it.
      if (reference.specifier === '@backstage/cli/asset-types') {
        return;
      }
      const target =
        reference.packageName &&
        workspaces.named(reference.packageName, source);
      if (!target) {
        return;
      }
      const data = {
        source: source.name,
        target: target.name,
        targetRole: target.role ?? '',
        targetContext: target.pluginId ?? '',
      };
      const broken = brokenPackageArrow({ source, target, inTest });
      if (broken) {
        context.report({ node: reference.node, messageId: broken, data });
        return;
      }
      if (isForeignNodeLibrary(source, target)) {
        for (const { name, typeOnly, node } of reference.names) {
          if (!typeOnly && !isOfferedToOtherContexts(name)) {
            context.report({
              node,
              messageId: 'foreignNode',
              data: { ...data, name: name === '*' ? 'All' : name },
            });
          }
        }
      }
    });
  },
};
