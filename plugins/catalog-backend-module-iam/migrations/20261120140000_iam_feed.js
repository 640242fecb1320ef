/** How far IAM's users and groups have been told to the catalog. */

/** @param {import('knex').Knex} knex */
exports.up = async function up(knex) {
  await knex.schema.createTable('iam_feed', table => {
    table.comment('How far the catalog has been told of IAM; one row.');
    table.text('name').primary().comment('Of the entity provider.');
    table
      .bigInteger('position')
      .notNullable()
      .comment('Of the log; changes up to here are in the catalog.');
    table
      .text('incarnation')
      .notNullable()
      .comment('Which log; another one once it was restored from a backup.');
    table
      .text('settings')
      .notNullable()
      .comment('What decides how entities look; changed: tell all anew.');
  });
  await knex.schema.createTable('iam_feed_names', table => {
    table.comment('Under which names groups are in the catalog.');
    table.text('id').primary().comment('Of the organization or group.');
    table.text('entity_ref').notNullable().index();
  });
};

/** @param {import('knex').Knex} knex */
exports.down = async function down(knex) {
  await knex.schema.dropTable('iam_feed_names');
  await knex.schema.dropTable('iam_feed');
};
