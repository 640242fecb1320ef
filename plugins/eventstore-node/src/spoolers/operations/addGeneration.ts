import type { Knex } from 'knex';
import type { Position } from '@callboard/plugin-eventstore-common';
import { selectGenerations } from './selectSpooler';
import { DeclarationChangedError } from '../errors';
import type { GenerationState, SpoolerKind, SpoolerRow } from '../tables';

/** A new generation, and how its tables are made. */
export interface NewGeneration {
  readonly kind: SpoolerKind;
  readonly name: string;
  readonly version: number;
  readonly shape: unknown;
  readonly state: GenerationState;
  readonly position: Position;
  readonly incarnation: string;
  /** The head of the log. */
  readonly goal: Position;
  schemaOf(generation: number): string | null;
  createStatements(schema: string): readonly string[];
}

/**
 * Makes sure that a declaration has a generation. Processes that start at the
 * same time wait for one another.
 *
 * @throws DeclarationChangedError when the tables are not those it has
 */
export async function ensureGeneration(
  knex: Knex,
  wanted: NewGeneration,
): Promise<SpoolerRow> {
  return inOneTransaction(knex, async trx => {
    const known = (
      await selectGenerations(trx, wanted.kind, wanted.name)
    ).filter(row => row.version === wanted.version && row.state !== 'retired');
    if (known.length === 0) {
      return insertGeneration(trx, wanted);
    }
    const shape = JSON.stringify(wanted.shape);
    if (known.some(row => JSON.stringify(row.shape) !== shape)) {
      throw new DeclarationChangedError(wanted.name, wanted.version);
    }
    return known[0]!;
  });
}

/**
 * Adds a generation to be built beside the one that is read, or answers with
 * the one that is being built already.
 */
export async function addGeneration(
  knex: Knex,
  wanted: NewGeneration,
): Promise<SpoolerRow> {
  return inOneTransaction(knex, async trx => {
    const building = (
      await selectGenerations(trx, wanted.kind, wanted.name)
    ).find(row => row.version === wanted.version && row.state === 'building');
    return building ?? insertGeneration(trx, wanted);
  });
}

async function insertGeneration(
  trx: Knex,
  wanted: NewGeneration,
): Promise<SpoolerRow> {
  const rows = await selectGenerations(trx, wanted.kind, wanted.name);
  const generation = 1 + Math.max(0, ...rows.map(row => row.generation));
  const schema = wanted.schemaOf(generation);
  for (const statement of schema ? wanted.createStatements(schema) : []) {
    // A question mark would be taken for a binding.
    await trx.raw(statement.replaceAll('?', '\\?'));
  }
  const [inserted] = await trx('eventstore_spoolers')
    .insert({
      kind: wanted.kind,
      name: wanted.name,
      version: wanted.version,
      generation,
      state: wanted.state,
      schema_name: schema,
      shape: JSON.stringify(wanted.shape),
      position: wanted.position,
      incarnation: wanted.incarnation,
      goal: wanted.goal,
      live_at: wanted.state === 'live' ? trx.fn.now() : null,
    })
    .returning('id');
  const all = await selectGenerations(trx, wanted.kind, wanted.name);
  return all.find(row => row.id === Number(inserted.id))!;
}

/** One process at a time may change which generations there are. */
async function inOneTransaction<T>(
  knex: Knex,
  task: (trx: Knex) => Promise<T>,
): Promise<T> {
  return knex.transaction(async trx => {
    await trx.raw(
      `SELECT pg_advisory_xact_lock(hashtextextended(current_schema() || '.eventstore_spoolers', 0))`,
    );
    return task(trx);
  });
}
