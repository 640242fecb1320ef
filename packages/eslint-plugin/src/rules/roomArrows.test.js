// @ts-check
const { createTree } = require('../__testUtils__/createTree');

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
});

afterAll(() => tree.remove());

/**
 * @param {string} file
 * @param {string} specifier
 */
async function brokenArrows(file, specifier) {
  const messages = await tree.lint(file, `import { x } from '${specifier}';\n`);
  return messages
    .filter(({ ruleId }) => ruleId === '@callboard/room-arrows')
    .map(({ messageId }) => messageId);
}

const SRC = 'plugins/iam-backend/src';

it.each([
  ['queries/users.ts', '../api/users', 'backwards'],
  ['queries/users.ts', '../commands/lockUser', 'backwards'],
  ['queries/users.ts', '../reactors/sendMail', 'backwards'],
  ['projections/users.ts', '../api/users', 'backwards'],
  ['projections/users.ts', '../queries/users', 'backwards'],
  ['commands/lockUser.ts', '../api/users', 'backwards'],
  ['commands/lockUser.ts', '../projections/users', 'backwards'],
  ['api/users.ts', '../projections/users', 'backwards'],
  ['api/users.ts', '../reactors/sendMail', 'backwards'],
  ['reactors/sendMail.ts', '../api/users', 'backwards'],
  ['api/users/list.ts', '../../plugin', 'wiring'],
  ['queries/users.ts', '..', 'wiring'],
  ['database/tables.ts', '../module.ts', 'wiring'],
  ['database/tables.ts', '../api/users', 'entrance'],
  ['sessions.ts', './reactors/sendMail', 'entrance'],
])('src/%s → %s is %s', async (file, specifier, expected) => {
  await expect(brokenArrows(`${SRC}/${file}`, specifier)).resolves.toEqual([
    expected,
  ]);
});

it.each([
  ['plugin.ts', './api/users'],
  ['plugin.ts', './reactors/sendMail'],
  ['plugin.ts', './projections/users'],
  ['index.ts', './plugin'],
  ['api/users.ts', '../commands/lockUser'],
  ['api/users.ts', '../queries/users'],
  ['api/users.ts', '../domain/user/user'],
  ['api/users.ts', './paging'],
  ['api/users.ts', '../database/tables'],
  ['commands/lockUser.ts', '../domain/user/user'],
  ['commands/lockUser.ts', '../queries/policies'],
  ['queries/users.ts', '../projections/users'],
  ['queries/users.ts', '../domain/user/events'],
  ['projections/users.ts', '../domain/user/events'],
  ['reactors/sendMail.ts', '../commands/lockUser'],
  ['database/tables.ts', '../domain/user/events'],
  ['projections/users.test.ts', '../api/users'],
])('src/%s → %s is allowed', async (file, specifier) => {
  await expect(brokenArrows(`${SRC}/${file}`, specifier)).resolves.toEqual([]);
});

it('says which way the arrows go', async () => {
  const [message] = await tree.lint(
    `${SRC}/queries/users.ts`,
    "import { x } from '../api/users';\n",
  );
  expect(message?.message).toBe(
    'src/queries imports src/api, against the arrows api → command or query → domain. From src/queries the arrows lead to src/projections, src/domain: move the shared part there, or call from the other side.',
  );
});

it('leaves libraries free to lay out their own rooms', async () => {
  await expect(
    brokenArrows('plugins/iam-node/src/queries/users.ts', '../api/users'),
  ).resolves.toEqual([]);
});
