/** What is kept of identity and access as code. */

/** @param {import('knex').Knex} knex */
exports.up = async function up(knex) {
  await knex.schema.createTable('iam_sources', table => {
    table.comment(
      'Descriptions of access, and how they compare with what is there',
    );
    table.text('instance').notNullable();
    table.text('name').notNullable().comment('As it is configured');
    table
      .text('state')
      .notNullable()
      .comment('in_sync, pending, drifted, faulty or unreadable');
    table.text('revision').comment('Of what was read last');
    table.text('position').comment('Of the log, at which it was compared');
    table.timestamp('compared_at', { useTz: true });
    table.text('plan_id').comment('Names the plan when one is ordered');
    table
      .json('plan')
      .comment('Changes, things that are not described, and faults');
    table.json('applying').comment('A plan under way: goes on after a crash');
    table.text('applied_plan');
    table.text('applied_revision').comment('All of it was applied once');
    table.timestamp('applied_at', { useTz: true });
    table
      .boolean('look')
      .notNullable()
      .defaultTo(false)
      .comment('Read it anew, was asked');
    table.text('error').comment('Why it cannot be read or compared');
    table.timestamp('error_since', { useTz: true });
    table
      .bigInteger('epoch')
      .notNullable()
      .defaultTo(0)
      .comment('Of the leader who wrote it');
    table.primary(['instance', 'name']);
  });
  await knex.schema.createTable('iam_source_objects', table => {
    table.comment('What is managed by which source');
    table.text('instance').notNullable();
    table.text('key').notNullable().comment('E.g. group acme/devs');
    table.text('id').comment('Of its aggregate, once it is there');
    table.text('source').notNullable();
    table.text('file').notNullable();
    table.integer('line').notNullable();
    table
      .boolean('described')
      .notNullable()
      .comment('False: the source names it no more');
    table.primary(['instance', 'key']);
    table.index(['instance', 'id']);
    table.index(['instance', 'source']);
  });
};

/** @param {import('knex').Knex} knex */
exports.down = async function down(knex) {
  await knex.schema.dropTable('iam_source_objects');
  await knex.schema.dropTable('iam_sources');
};
