// Keys of personal data: one for each subject; destroying it erases the subject.

const name = 'text collate "C"';

/** @param {import('knex').Knex} knex */
exports.up = async function up(knex) {
  await knex.schema.createTable('subject_keys', table => {
    table.comment('The key each subject’s personal data is encrypted with');
    table
      .specificType('subject', name)
      .primary()
      .comment('Whose data: most often the id of a user aggregate');
    table
      .binary('wrapped_key')
      .comment('AES-256 key, encrypted with the master key; null once erased');
    table
      .specificType('master_key_id', name)
      .comment('Which master key it is encrypted with');
    table
      .timestamp('created_at', { precision: 3 })
      .notNullable()
      .defaultTo(knex.fn.now())
      .comment('When the first personal data of the subject was stored');
    table
      .timestamp('erased_at', { precision: 3 })
      .comment('When the key was destroyed; null while it is there');
    table
      .bigInteger('erased_position')
      .comment('Position of the event that tells of the erasure, once stored');
    table
      .json('erased_by')
      .comment(
        'Actor, context and instance of the erasure, until its event is stored',
      );
  });
  await knex.raw(`
    create index subject_keys_untold on subject_keys (subject)
      where erased_at is not null and erased_position is null
  `);
  await knex.schema.createTable('secrets', table => {
    table.comment('Random secrets of the store itself');
    table.specificType('name', name).primary().comment('What it is for');
    table
      .binary('wrapped')
      .notNullable()
      .comment('Encrypted with the master key');
    table
      .specificType('master_key_id', name)
      .notNullable()
      .comment('Which master key it is encrypted with');
  });
};

/** @param {import('knex').Knex} knex */
exports.down = async function down(knex) {
  await knex.schema.dropTable('secrets');
  await knex.schema.dropTable('subject_keys');
};
