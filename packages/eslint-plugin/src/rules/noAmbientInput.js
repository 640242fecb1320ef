// @ts-check
/**
 * Decisions and projections give the same answer for the same events, today and
 * in a replay next year. So they read no clock, no randomness, no environment
 * and no network of their own: such values come in as arguments or events.
 */
const path = require('node:path');
const { isTestFile } = require('../isTestFile');
const { workspacesAt } = require('../workspaces');

const ROOMS = ['domain', 'projections'];

/** Globals whose mere use is input or output. */
const AMBIENT_GLOBALS = [
  'clearInterval',
  'clearTimeout',
  'console',
  'crypto',
  'fetch',
  'globalThis',
  'performance',
  'process',
  'queueMicrotask',
  'setImmediate',
  'setInterval',
  'setTimeout',
];

/** Exported functions that answer differently each time. */
const RANDOM_IMPORTS = /^(random(UUID|Bytes|Int|FillSync|Fill)|v[1467])$/;
const RANDOM_MODULES = ['crypto', 'node:crypto', 'uuid'];

/** @type {import('eslint').Rule.RuleModule} */
module.exports = {
  meta: {
    type: 'problem',
    docs: { description: 'Keep decisions and projections reproducible' },
    messages: {
      ambient:
        '{{what}} makes the result depend on more than the events. Take the value as an argument, or from the event (its id, time or actor).',
    },
    schema: [],
  },
  create(context) {
    const pkg = workspacesAt(context.cwd).ofFile(context.filename);
    if (!pkg) {
      return {};
    }
    const [top, room, ...rest] = path
      .relative(pkg.dir, context.filename)
      .split(path.sep);
    if (
      top !== 'src' ||
      !ROOMS.includes(room ?? '') ||
      isTestFile(rest.join('/'))
    ) {
      return {};
    }

    /**
     * @param {import('estree').Node} node
     * @param {string} what
     */
    const report = (node, what) =>
      context.report({ node, messageId: 'ambient', data: { what } });

    /**
     * @param {any} node
     * @param {string} [name]
     */
    function isGlobal(node, name) {
      if (node?.type !== 'Identifier' || (name && node.name !== name)) {
        return false;
      }
      /** @type {import('eslint').Scope.Scope | null} */
      let scope = context.sourceCode.getScope(node);
      while (scope) {
        const variable = scope.set.get(node.name);
        if (variable) {
          return variable.defs.length === 0;
        }
        scope = scope.upper;
      }
      return true;
    }

    return {
      Program(program) {
        const scope = context.sourceCode.getScope(program);
        /** @param {import('eslint').Scope.Scope} within */
        const visitScope = within => {
          for (const { identifier } of within.references) {
            if (
              AMBIENT_GLOBALS.includes(identifier.name) &&
              isGlobal(identifier)
            ) {
              report(identifier, identifier.name);
            }
          }
          within.childScopes.forEach(visitScope);
        };
        visitScope(scope);
      },
      MemberExpression(node) {
        const property =
          node.property.type === 'Identifier' ? node.property.name : undefined;
        if (isGlobal(node.object, 'Math') && property === 'random') {
          report(node, 'Math.random');
        }
        if (isGlobal(node.object, 'Date') && property === 'now') {
          report(node, 'Date.now');
        }
      },
      NewExpression(node) {
        if (isGlobal(node.callee, 'Date') && node.arguments.length === 0) {
          report(node, 'new Date()');
        }
      },
      CallExpression(node) {
        if (isGlobal(node.callee, 'Date')) {
          report(node, 'Date()');
        }
      },
      ImportDeclaration(node) {
        if (!RANDOM_MODULES.includes(String(node.source.value))) {
          return;
        }
        for (const specifier of node.specifiers) {
          if (
            specifier.type === 'ImportSpecifier' &&
            specifier.imported.type === 'Identifier' &&
            RANDOM_IMPORTS.test(specifier.imported.name)
          ) {
            report(specifier, specifier.imported.name);
          }
        }
      },
    };
  },
};
