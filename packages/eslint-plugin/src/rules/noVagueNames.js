// @ts-check
/**
 * A file or folder called after nothing in particular collects everything.
 */
const path = require('node:path');
const { workspacesAt } = require('../workspaces');

const VAGUE =
  /^(utils?|utilities|helpers?|common|misc|miscellaneous|shared|stuff|lib)$/i;

/** @type {import('eslint').Rule.RuleModule} */
module.exports = {
  meta: {
    type: 'problem',
    docs: { description: 'Name files and folders after what they hold' },
    messages: {
      vague:
        '"{{name}}" in {{file}} says nothing about what is inside. Name it after the one idea it holds, and split it if there are several.',
    },
    schema: [],
  },
  create(context) {
    const pkg = workspacesAt(context.cwd).ofFile(context.filename);
    if (!pkg) {
      return {};
    }
    const file = path.relative(pkg.dir, context.filename);
    const vague = file
      .split(path.sep)
      .map(segment => segment.split('.')[0] ?? '')
      .find(name => VAGUE.test(name));
    return {
      Program(node) {
        if (vague) {
          context.report({
            node,
            loc: { line: 1, column: 0 },
            messageId: 'vague',
            data: { name: vague, file: file.split(path.sep).join('/') },
          });
        }
      },
    };
  },
};
