/** When tokens and client secrets were used last. */

/** @param {import('knex').Knex} knex */
exports.up = async function up(knex) {
  await knex.schema.createTable('iam_credential_uses', table => {
    table.comment('When tokens and client secrets were used last');
    table.text('user').notNullable();
    table
      .text('credential')
      .notNullable()
      .comment('The id of a token, or secret');
    table
      .timestamp('used_at', { useTz: true })
      .notNullable()
      .comment('Up to an hour earlier than it really was');
    table.primary(['user', 'credential']);
  });
};

/** @param {import('knex').Knex} knex */
exports.down = async function down(knex) {
  await knex.schema.dropTable('iam_credential_uses');
};
