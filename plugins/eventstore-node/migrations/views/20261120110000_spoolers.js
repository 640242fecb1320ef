// What the spoolers of one plugin's views and reactors keep beside the views:
// their places in the log, who leads, and what they could not apply. It is in
// the plugin's own database, so that it changes together with the views.

/** @param {import('knex').Knex} knex */
exports.up = async function up(knex) {
  await knex.schema.createTable('eventstore_spoolers', table => {
    table.comment(
      'One row for each generation of a view or reactor: its place in the log and who moves it',
    );
    table.specificType('id', 'bigint generated always as identity').primary();
    table.text('kind').notNullable().comment('view or reactor');
    table.text('name').notNullable().comment('Of the view or reactor');
    table
      .integer('version')
      .notNullable()
      .comment('Of its declaration; only nodes with this version run it');
    table
      .integer('generation')
      .notNullable()
      .comment('Counts the fillings of the view, over all versions, from 1');
    table
      .text('state')
      .notNullable()
      .comment('building: being filled; live: read; retired: to be dropped');
    table
      .text('schema_name')
      .comment('Where the tables of this generation are; null for a reactor');
    table
      .json('shape')
      .notNullable()
      .comment('The declared tables, to notice a change without a new version');
    table
      .bigInteger('position')
      .notNullable()
      .comment('Every event up to here has been applied or quarantined');
    table
      .specificType('recorded_at', 'timestamptz(3)')
      .comment('When the event at the position was recorded');
    table
      .text('incarnation')
      .notNullable()
      .comment('Of the log that this was made from');
    table
      .bigInteger('anchor_position')
      .comment(
        'Of the last event seen; it tells whether the log is still the same',
      );
    table.text('anchor_event').comment('Id of that event');
    table
      .bigInteger('goal')
      .notNullable()
      .comment('The head of the log when this generation began');
    table
      .bigInteger('epoch')
      .notNullable()
      .defaultTo(0)
      .comment('Rises with each leader; a leader writes under its own only');
    table.text('node').comment('The leader; null when nobody leads');
    table
      .specificType('lease_until', 'timestamptz')
      .notNullable()
      .defaultTo('-infinity')
      .comment('From then on another node may take over');
    table
      .double('rate')
      .notNullable()
      .defaultTo(0)
      .comment('Events per second while it last had work');
    table
      .bigInteger('events')
      .notNullable()
      .defaultTo(0)
      .comment('Events applied by this generation');
    table
      .integer('quarantined')
      .notNullable()
      .defaultTo(0)
      .comment('Rows in eventstore_quarantine');
    table
      .boolean('tracked')
      .notNullable()
      .defaultTo(true)
      .comment('Whether eventstore_touched is complete');
    table
      .boolean('replay_requested')
      .notNullable()
      .defaultTo(false)
      .comment('Someone asked for a replay of quarantined events');
    table.text('error').comment('Why it does not get on; null when it does');
    table
      .specificType('failing_since', 'timestamptz(3)')
      .comment('Since when it does not get on');
    table
      .specificType('created_at', 'timestamptz(3)')
      .notNullable()
      .defaultTo(knex.fn.now());
    table
      .specificType('live_at', 'timestamptz(3)')
      .comment('When it became the one that is read');
    table.unique(['kind', 'name', 'version', 'generation']);
  });
  // Leases and checkpoints change all the time; nothing of that is indexed, so
  // with room in the page the rows are updated in place.
  await knex.raw('alter table eventstore_spoolers set (fillfactor = 30)');

  await knex.schema.createTable('eventstore_quarantine', table => {
    table.comment('Aggregates with an event that could not be applied');
    table
      .bigInteger('spooler_id')
      .notNullable()
      .references('eventstore_spoolers.id')
      .onDelete('CASCADE');
    table.text('aggregate_id').notNullable();
    table
      .bigInteger('version')
      .notNullable()
      .comment('Of the event that failed; it and all later ones wait');
    table.bigInteger('position').notNullable().comment('Of that event');
    table.text('event_id').notNullable().comment('Of that event');
    table.text('type').notNullable().comment('Of that event');
    table.text('cause').notNullable().comment('What was thrown');
    table
      .bigInteger('waiting')
      .notNullable()
      .comment('Events that wait, the failed one included');
    table
      .integer('attempts')
      .notNullable()
      .defaultTo(1)
      .comment('How often the event has failed');
    table
      .specificType('failed_at', 'timestamptz(3)')
      .notNullable()
      .defaultTo(knex.fn.now())
      .comment('When it failed first');
    table
      .specificType('replay_at', 'timestamptz(3)')
      .comment('When a replay was asked for that has not been tried yet');
    table.primary(['spooler_id', 'aggregate_id']);
  });

  await knex.schema.createTable('eventstore_touched', table => {
    table.comment(
      'Rows that events used while others of the view were in quarantine; a replay that needs one of them would be out of order',
    );
    table
      .bigInteger('spooler_id')
      .notNullable()
      .references('eventstore_spoolers.id')
      .onDelete('CASCADE');
    table
      .specificType('row_key', 'text collate "C"')
      .notNullable()
      .comment('<table>/<digest of the key>, or <table>?<digest of a search>');
    table
      .bigInteger('used_at')
      .notNullable()
      .comment('Position of the last event that looked at it; else 0');
    table
      .bigInteger('changed_at')
      .notNullable()
      .comment(
        'Position of the last event that changed it, or what it finds; else 0',
      );
    table.primary(['spooler_id', 'row_key']);
  });

  await knex.schema.createTable('eventstore_nodes', table => {
    table.comment('Processes that run spoolers or reactors of this plugin');
    table.text('node').primary();
    table
      .specificType('seen_at', 'timestamptz')
      .notNullable()
      .comment('Last sign of life');
    table
      .specificType('workers', 'text[]')
      .notNullable()
      .comment('Names under which its jobs are locked');
  });
};

/** @param {import('knex').Knex} knex */
exports.down = async function down(knex) {
  await knex.schema.dropTable('eventstore_nodes');
  await knex.schema.dropTable('eventstore_touched');
  await knex.schema.dropTable('eventstore_quarantine');
  await knex.schema.dropTable('eventstore_spoolers');
};
