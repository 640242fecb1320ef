// @ts-check
/**
 * The arrows between the rooms of one backend plugin. What is allowed is
 * decided in `../arrows/roomArrows`; the domain room has a rule of its own.
 */
const path = require('node:path');
const {
  describeArrowsFrom,
  mayEnter,
  roomOf,
} = require('../arrows/roomArrows');
const { isTestFile } = require('../isTestFile');
const { visitModuleReferences } = require('../visitModuleReferences');
const { workspacesAt } = require('../workspaces');

const ROLES = ['backend-plugin', 'backend-plugin-module'];

/** @type {import('eslint').Rule.RuleModule} */
module.exports = {
  meta: {
    type: 'problem',
    docs: {
      description: 'Keep the arrows inside a backend plugin as designed',
    },
    messages: {
      backwards:
        'src/{{from}} imports src/{{to}}, against the arrows api → command or query → domain. From src/{{from}} the arrows lead to {{allowed}}: move the shared part there, or call from the other side.',
      wiring:
        '{{file}} imports the wiring ({{specifier}}). Wiring knows the features, never the other way round: hand in what is needed as an argument.',
      entrance:
        '{{file}} imports src/{{to}}, which only the wiring (plugin.ts, module.ts) may do. Move the shared part to src/commands, src/queries or src/domain.',
    },
    schema: [],
  },
  create(context) {
    const pkg = workspacesAt(context.cwd).ofFile(context.filename);
    if (!pkg || !ROLES.includes(pkg.role ?? '')) {
      return {};
    }
    const src = path.join(pkg.dir, 'src');
    const file = path.relative(src, context.filename);
    if (file.startsWith('..') || isTestFile(file.split(path.sep).join('/'))) {
      return {};
    }
    const from = roomOf(file);
    if (from === 'domain') {
      return {};
    }

    return visitModuleReferences(({ specifier, packageName, node }) => {
      if (packageName !== undefined) {
        return;
      }
      const target = path.resolve(path.dirname(context.filename), specifier);
      const to = roomOf(path.relative(src, target));
      if (mayEnter(from, to)) {
        return;
      }
      const data = {
        file: `src/${file.split(path.sep).join('/')}`,
        from,
        to,
        specifier,
        allowed: describeArrowsFrom(from),
      };
      if (to === 'wiring') {
        context.report({ node, messageId: 'wiring', data });
      } else if (from === 'elsewhere') {
        context.report({ node, messageId: 'entrance', data });
      } else {
        context.report({ node, messageId: 'backwards', data });
      }
    });
  },
};
