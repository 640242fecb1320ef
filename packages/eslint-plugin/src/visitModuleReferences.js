// @ts-check
/**
 * Every way in which a TypeScript file names another module: import and export
 * declarations, dynamic imports, `require` and `import('…')` types.
 */

/**
 * @typedef {object} ImportedName
 * @property {string} name the exported name, `default`, or `*` for all of them
 * @property {boolean} typeOnly
 * @property {import('estree').Node} node
 */

/**
 * @typedef {object} ModuleReference
 * @property {string} specifier as written, e.g. `../domain/user` or `@callboard/plugin-iam-node`
 * @property {string | undefined} packageName undefined for a relative path
 * @property {import('estree').Node} node where to report
 * @property {ImportedName[]} names
 */

/**
 * @param {(reference: ModuleReference) => void} visitor
 * @returns {import('eslint').Rule.RuleListener}
 */
function visitModuleReferences(visitor) {
  /**
   * @param {any} literal
   * @param {ImportedName[]} names
   */
  function visit(literal, names) {
    if (literal?.type !== 'Literal' || typeof literal.value !== 'string') {
      return;
    }
    visitor({
      specifier: literal.value,
      packageName: packageNameOf(literal.value),
      node: literal,
      names,
    });
  }

  /** @param {any} node */
  const everything = node => [{ name: '*', typeOnly: false, node }];

  return {
    /** @param {any} node */
    ImportDeclaration(node) {
      visit(
        node.source,
        node.specifiers.length === 0
          ? everything(node.source)
          : node.specifiers.map((/** @type {any} */ specifier) => ({
              name: importedName(specifier),
              typeOnly:
                node.importKind === 'type' || specifier.importKind === 'type',
              node: specifier,
            })),
      );
    },
    /** @param {any} node */
    ExportNamedDeclaration(node) {
      visit(
        node.source,
        node.specifiers.map((/** @type {any} */ specifier) => ({
          name: specifier.local.name ?? specifier.local.value,
          typeOnly:
            node.exportKind === 'type' || specifier.exportKind === 'type',
          node: specifier,
        })),
      );
    },
    /** @param {any} node */
    ExportAllDeclaration(node) {
      visit(node.source, [
        { name: '*', typeOnly: node.exportKind === 'type', node: node.source },
      ]);
    },
    /** @param {any} node */
    ImportExpression(node) {
      visit(node.source, everything(node.source));
    },
    /** @param {any} node */
    CallExpression(node) {
      if (
        node.callee.type === 'Identifier' &&
        node.callee.name === 'require' &&
        node.arguments.length === 1
      ) {
        visit(node.arguments[0], everything(node.arguments[0]));
      }
    },
    /** @param {any} node */
    TSImportType(node) {
      const literal = node.source ?? node.argument?.literal ?? node.argument;
      visit(literal, [{ name: '*', typeOnly: true, node: literal }]);
    },
    /** @param {any} node */
    TSImportEqualsDeclaration(node) {
      if (node.moduleReference.type === 'TSExternalModuleReference') {
        const literal = node.moduleReference.expression;
        visit(literal, everything(literal));
      }
    },
  };
}

/** @param {any} specifier */
function importedName(specifier) {
  switch (specifier.type) {
    case 'ImportDefaultSpecifier':
      return 'default';
    case 'ImportNamespaceSpecifier':
      return '*';
    default:
      return specifier.imported.name ?? specifier.imported.value;
  }
}

/**
 * @param {string} specifier
 * @returns {string | undefined}
 */
function packageNameOf(specifier) {
  if (specifier.startsWith('.') || specifier.startsWith('/')) {
    return undefined;
  }
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
}

module.exports = { visitModuleReferences };
