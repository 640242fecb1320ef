// The log: events and claims, and the one function that writes them.

/** Text compared byte by byte: faster, and the same on every server. */
const name = 'text collate "C"';

/** @param {import('knex').Knex} knex */
exports.up = async function up(knex) {
  await knex.schema.createTable('events', table => {
    table.comment('Everything that happened, in order. Rows are never changed');
    table
      .bigInteger('position')
      .notNullable()
      .comment('Place in the whole log, from 1, without holes');
    table
      .specificType('instance', name)
      .notNullable()
      .comment('The virtual tenant the aggregate belongs to');
    table
      .specificType('aggregate_id', name)
      .notNullable()
      .comment('<context>.<aggregate>/<uuid>');
    table
      .bigInteger('version')
      .notNullable()
      .comment('Place in its aggregate, from 1, without holes');
    table
      .specificType('type', name)
      .notNullable()
      .comment('<context>.<aggregate>.<what_happened>');
    table
      .smallint('revision')
      .notNullable()
      .comment('Revision of the payload as stored');
    table
      .uuid('event_id')
      .notNullable()
      .comment('Given by whoever appended it; stored once');
    table.json('actor').notNullable().comment('Who did it');
    table
      .specificType('actor_key', name)
      .notNullable()
      .comment('The actor as one string, to search by');
    table
      .json('context')
      .notNullable()
      .comment(
        'Plugin, address, agent, correlation, causation, trace, command',
      );
    table
      .specificType('correlation_id', name)
      .comment('Of the context, to search by');
    table
      .specificType('recorded_at', 'timestamptz(3)')
      .notNullable()
      .comment('When it was accepted; never falls as the position rises');
    table
      .json('payload')
      .notNullable()
      .comment('The text that was sent, byte for byte');
  });
  // One statement in each call: PGlite, which the SQL report runs on, takes no more.
  await knex.raw(
    'alter table events add constraint events_pkey primary key (position)',
  );
  await knex.raw('create unique index events_id on events (event_id)');
  await knex.raw(
    'create unique index events_aggregate on events (aggregate_id, version)',
  );
  await knex.raw(
    'create index events_type on events (instance, type, position)',
  );
  await knex.raw(
    'create index events_actor on events (instance, actor_key, position)',
  );
  await knex.raw(`
    create index events_correlation on events (correlation_id, position)
      where correlation_id is not null
  `);

  await knex.schema.createTable('claims', table => {
    table.comment('Who holds which unique value');
    table
      .specificType('instance', name)
      .notNullable()
      .comment('Within which instance the value is unique; * for everywhere');
    table
      .specificType('kind', name)
      .notNullable()
      .comment('<context>.<aggregate>.<what>');
    table
      .specificType('value', name)
      .notNullable()
      .comment('As compared; a keyed digest when it is personal');
    table
      .specificType('owner', name)
      .notNullable()
      .comment('Id of the aggregate that holds it');
    table
      .bigInteger('position')
      .notNullable()
      .comment('Position of the last event of the append that gave it');
    table.primary(['instance', 'kind', 'value']);
    table.index(['owner']);
  });

  // Why a function: in READ COMMITTED each statement inside it takes a fresh
  // snapshot, so what follows the lock sees every batch that came before. A
  // single statement that waited for a lock would go on with its old snapshot.
  // Why the settings: a plan made while the table was empty would scan it.
  await knex.raw(`
    create function append_events(
      -- look for event ids that are stored already, before anything else
      p_check_ids boolean,
      -- one element for each append and aggregate ("part"), in order
      p_part_item int[],
      p_part_instance text[],
      p_part_aggregate text[],
      p_part_expected bigint[],
      p_part_count int[],
      -- one element for each event, in order
      p_item int[],
      p_part int[],
      p_ordinal int[],
      p_instance text[],
      p_aggregate text[],
      p_type text[],
      p_revision smallint[],
      p_event_id uuid[],
      p_actor text[],
      p_actor_key text[],
      p_context text[],
      p_correlation text[],
      p_payload text[],
      -- claim changes of all appends, or null
      p_claims json,
      -- the head before this batch, the time of its events, and which appends
      -- were not stored and why (null: all were)
      out base bigint,
      out recorded_ms bigint,
      out outcome json
    )
    language plpgsql
    set enable_seqscan = off
    set plan_cache_mode = force_generic_plan
    set lock_timeout = '10s'
    as $function$
    declare
      v_last_at timestamptz;
      v_at timestamptz;
      v_start bigint[] := p_part_expected;
      v_conflicts json;
      v_stored json;
      v_claims json;
      v_rejected int[];
      v_more int[];
    begin
      if current_setting('transaction_isolation') <> 'read committed' then
        raise exception 'append_events needs read committed, not %',
          current_setting('transaction_isolation')
          using errcode = 'invalid_transaction_state';
      end if;

      -- Held until the commit is visible: positions rise in commit order.
      perform pg_advisory_xact_lock(1702258034, 'events'::regclass::oid::int);
      select e.position, e.recorded_at into base, v_last_at
        from events e order by e.position desc limit 1;
      base := coalesce(base, 0);
      v_at := greatest(date_trunc('milliseconds', clock_timestamp()), v_last_at);
      recorded_ms := round(date_part('epoch', v_at) * 1000);

      -- Is each aggregate where its append expects it, and in its instance?
      select array_agg(p.item), json_agg(json_build_object(
          'item', p.item, 'aggregate', p.aggregate, 'expected', p.expected,
          'actual', coalesce(e.version, 0),
          'foreign', coalesce(e.instance <> p.instance, false)))
        into v_rejected, v_conflicts
        from unnest(p_part_item, p_part_instance, p_part_aggregate, p_part_expected)
          as p (item, instance, aggregate, expected)
        left join lateral (
          select e.version, e.instance from events e
            where e.aggregate_id = p.aggregate
            order by e.version desc limit 1
        ) e on true
        where e.instance <> p.instance
          or p.expected >= 0 and p.expected <> coalesce(e.version, 0);

      -- An append repeated after its outcome was lost meets its own events.
      if p_check_ids or v_rejected is not null then
        select array_agg(u.item), json_agg(json_build_object(
            'item', u.item, 'ord', u.ord, 'same', e.aggregate_id = u.aggregate and e.type = u.type,
            'position', e.position, 'version', e.version,
            'recorded_ms', round(date_part('epoch', e.recorded_at) * 1000)))
          into v_more, v_stored
          from unnest(p_item, p_aggregate, p_type, p_event_id)
            with ordinality as u (item, aggregate, type, event_id, ord)
          join events e on e.event_id = u.event_id
          where p_check_ids or u.item = any (v_rejected);
        v_rejected := v_rejected || v_more;
      end if;

      if p_claims is not null then
        select array_agg(c.item), json_agg(json_build_object(
            'item', c.item, 'claim', c.claim, 'owner', h.owner))
          into v_more, v_claims
          from json_to_recordset(p_claims) as c (item int, claim int, op text,
            instance text, kind text, value text, owner text, "from" text)
          left join claims h
            on h.instance = c.instance and h.kind = c.kind and h.value = c.value
          where not coalesce(c.item = any (v_rejected), false)
            and case c.op
              when 'claim' then h.owner <> c.owner
              when 'release' then h.owner is distinct from c.owner
              else h.owner is distinct from c."from"
                and h.owner is distinct from c.owner
            end;
        v_rejected := v_rejected || v_more;
      end if;

      -- Appends that expect no version are numbered one after the other.
      if -1 = any (p_part_expected) then
        select array_agg(s.start order by s.ord) into v_start from (
          select p.ord, case when p.expected >= 0 then p.expected else
              coalesce(e.version, 0) + coalesce(sum(p.count)
                filter (where not coalesce(p.item = any (v_rejected), false))
                over (partition by p.aggregate order by p.ord
                  rows between unbounded preceding and 1 preceding), 0)
            end as start
          from unnest(p_part_item, p_part_aggregate, p_part_expected, p_part_count)
            with ordinality as p (item, aggregate, expected, count, ord)
          left join lateral (
            select e.version from events e
              where e.aggregate_id = p.aggregate
              order by e.version desc limit 1
          ) e on true
        ) s;
      end if;

      if v_rejected is null then
        insert into events (position, instance, aggregate_id, version, type,
            revision, event_id, actor, actor_key, context, correlation_id,
            recorded_at, payload)
          select base + u.ord, u.instance, u.aggregate,
              v_start[u.part] + u.ordinal, u.type, u.revision, u.event_id,
              u.actor::json, u.actor_key, u.context::json, u.correlation,
              v_at, u.payload::json
            from unnest(p_part, p_ordinal, p_instance, p_aggregate, p_type,
              p_revision, p_event_id, p_actor, p_actor_key, p_context,
              p_correlation, p_payload)
              with ordinality as u (part, ordinal, instance, aggregate, type,
                revision, event_id, actor, actor_key, context, correlation,
                payload, ord);
      else
        -- Numbered after the rejected ones are gone: no holes.
        insert into events (position, instance, aggregate_id, version, type,
            revision, event_id, actor, actor_key, context, correlation_id,
            recorded_at, payload)
          select base + row_number() over (order by u.ord), u.instance,
              u.aggregate, v_start[u.part] + u.ordinal, u.type, u.revision,
              u.event_id, u.actor::json, u.actor_key, u.context::json,
              u.correlation, v_at, u.payload::json
            from unnest(p_item, p_part, p_ordinal, p_instance, p_aggregate,
              p_type, p_revision, p_event_id, p_actor, p_actor_key, p_context,
              p_correlation, p_payload)
              with ordinality as u (item, part, ordinal, instance, aggregate,
                type, revision, event_id, actor, actor_key, context,
                correlation, payload, ord)
            where not u.item = any (v_rejected);
      end if;

      if p_claims is not null then
        with changes as (
          select c.*, h.position from json_to_recordset(p_claims)
            as c (item int, op text, instance text, kind text, value text,
              owner text)
          join (
            select u.item, base + max(u.place) as position from (
              select u.item, row_number() over (order by u.ord) as place
                from unnest(p_item) with ordinality as u (item, ord)
                where not coalesce(u.item = any (v_rejected), false)
            ) u group by u.item
          ) h on h.item = c.item
        ), released as (
          delete from claims h using changes c
            where c.op = 'release' and h.instance = c.instance
              and h.kind = c.kind and h.value = c.value
        ), moved as (
          update claims h set owner = c.owner, position = c.position
            from changes c
            where c.op = 'move' and h.owner <> c.owner
              and h.instance = c.instance and h.kind = c.kind
              and h.value = c.value
        )
        insert into claims (instance, kind, value, owner, position)
          select c.instance, c.kind, c.value, c.owner, c.position
            from changes c where c.op = 'claim'
          on conflict do nothing;
      end if;

      if v_rejected is not null or v_start <> p_part_expected then
        outcome := json_build_object('conflicts', v_conflicts,
          'stored', v_stored, 'claims', v_claims, 'start', v_start);
      end if;
    end
    $function$
  `);

  // The same for a lone event when all is as expected: a quarter less time than
  // a batch of one. It stores nothing and answers null when it is not; then
  // append_events finds out why.
  await knex.raw(`
    create function append_event(
      p_instance text,
      p_aggregate text,
      p_expected bigint,
      p_type text,
      p_revision smallint,
      p_event_id uuid,
      p_actor json,
      p_actor_key text,
      p_context json,
      p_correlation text,
      p_payload json
    )
    -- the head before it, and its time
    returns bigint[]
    language plpgsql
    set enable_seqscan = off
    set lock_timeout = '10s'
    as $function$
    declare
      v_base bigint;
      v_at timestamptz;
      v_last_at timestamptz;
      v_version bigint;
      v_instance text;
    begin
      if current_setting('transaction_isolation') <> 'read committed' then
        return null;
      end if;
      perform pg_advisory_xact_lock(1702258034, 'events'::regclass::oid::int);
      select e.version, e.instance into v_version, v_instance
        from events e where e.aggregate_id = p_aggregate
        order by e.version desc limit 1;
      if v_instance <> p_instance or coalesce(v_version, 0) <> p_expected then
        return null;
      end if;
      select e.position, e.recorded_at into v_base, v_last_at
        from events e order by e.position desc limit 1;
      v_base := coalesce(v_base, 0);
      v_at := greatest(date_trunc('milliseconds', clock_timestamp()), v_last_at);
      insert into events (position, instance, aggregate_id, version, type,
          revision, event_id, actor, actor_key, context, correlation_id,
          recorded_at, payload)
        values (v_base + 1, p_instance, p_aggregate, p_expected + 1, p_type,
          p_revision, p_event_id, p_actor, p_actor_key, p_context,
          p_correlation, v_at, p_payload);
      return array[v_base, round(date_part('epoch', v_at) * 1000)::bigint];
    end
    $function$
  `);

  // Times never fall as positions rise, and positions have no holes: no index
  // on the time is needed.
  await knex.raw(`
    create function position_at(p_time timestamptz) returns bigint
    language plpgsql stable
    as $function$
    declare
      v_low bigint := 0;
      v_high bigint;
      v_middle bigint;
      v_at timestamptz;
    begin
      select e.position into v_high from events e order by e.position desc limit 1;
      v_high := coalesce(v_high, 0);
      while v_low < v_high loop
        v_middle := v_low + (v_high - v_low + 1) / 2;
        select e.recorded_at into v_at from events e where e.position = v_middle;
        if v_at <= p_time then
          v_low := v_middle;
        else
          v_high := v_middle - 1;
        end if;
      end loop;
      return v_low;
    end
    $function$
  `);
};

/** @param {import('knex').Knex} knex */
exports.down = async function down(knex) {
  await knex.raw('drop function position_at');
  await knex.raw('drop function append_event');
  await knex.raw('drop function append_events');
  await knex.schema.dropTable('claims');
  await knex.schema.dropTable('events');
};
