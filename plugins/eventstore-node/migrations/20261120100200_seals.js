// Seals: what makes an altered, missing or inserted event noticed.

const name = 'text collate "C"';

/** @param {import('knex').Knex} knex */
exports.up = async function up(knex) {
  await knex.schema.createTable('signing_keys', table => {
    table.comment('Keys that sign the heads of sealed blocks');
    table
      .specificType('kid', name)
      .primary()
      .comment('RFC 7638 thumbprint of the public key');
    table.json('public_jwk').notNullable().comment('RFC 7517, P-256');
    table
      .binary('wrapped_private')
      .notNullable()
      .comment('Private JWK, encrypted with the master key');
    table
      .specificType('master_key_id', name)
      .notNullable()
      .comment('Which master key it is encrypted with');
    table
      .timestamp('created_at', { precision: 3 })
      .notNullable()
      .defaultTo(knex.fn.now())
      .comment('The newest key signs');
  });
  await knex.schema.createTable('seals', table => {
    table.comment('Blocks of events, chained by hash, each head signed');
    table.bigInteger('block').primary().comment('From 1, without holes');
    table
      .bigInteger('first_position')
      .notNullable()
      .comment('The first event of the block');
    table
      .bigInteger('last_position')
      .notNullable()
      .unique()
      .comment('The last event of the block');
    table
      .binary('leaves')
      .notNullable()
      .comment('SHA-256 of each event, one after the other');
    table
      .specificType('head', name)
      .notNullable()
      .comment(
        'Signed: block, positions, Merkle root, hash of the head before, time',
      );
  });
  await knex.schema.createTable('incarnation', table => {
    table.comment('One row: changes when the log is restored from a backup');
    table.boolean('one').primary().defaultTo(true).comment('Always true');
    table.uuid('id').notNullable().comment('Of this log, since it was made');
    table.check('one');
  });
  await knex.raw('insert into incarnation (id) values (gen_random_uuid())');
};

/** @param {import('knex').Knex} knex */
exports.down = async function down(knex) {
  await knex.schema.dropTable('incarnation');
  await knex.schema.dropTable('seals');
  await knex.schema.dropTable('signing_keys');
};
