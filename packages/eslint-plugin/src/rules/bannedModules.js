// @ts-check
/** Which modules are banned where, and why, is in `../arrows/bannedModules`. */
const path = require('node:path');
const { whatToUseInstead } = require('../arrows/bannedModules');
const { isTestFile } = require('../isTestFile');
const { visitModuleReferences } = require('../visitModuleReferences');
const { workspacesAt } = require('../workspaces');

/** @type {import('eslint').Rule.RuleModule} */
module.exports = {
  meta: {
    type: 'problem',
    docs: { description: 'Do without modules that we decided against' },
    messages: { banned: '{{specifier}} is not for {{source}}. {{instead}}' },
    schema: [],
  },
  create(context) {
    const pkg = workspacesAt(context.cwd).ofFile(context.filename);
    if (!pkg) {
      return {};
    }
    const inTest = isTestFile(
      path.relative(pkg.dir, context.filename).split(path.sep).join('/'),
    );
    return visitModuleReferences(({ specifier, node }) => {
      const instead = whatToUseInstead({ specifier, pkg, inTest });
      if (instead) {
        context.report({
          node,
          messageId: 'banned',
          data: { specifier, source: pkg.name, instead },
        });
      }
    });
  },
};
