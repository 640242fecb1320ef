/**
 * Tells the catalog what has changed since it was told last.
 *
 * Only the first time, and when the log is another one or entities are to look
 * different, it is told everything at once. Otherwise it gets what has changed,
 * in pieces. The place up to which it knows moves when all pieces are in; after
 * a crash they are told again, which changes nothing.
 */
import { stringifyEntityRef, type Entity } from '@backstage/catalog-model';
import type { EntityProviderConnection } from '@backstage/plugin-catalog-node';
import { userEntityRef, type UserId } from '@callboard/plugin-iam-common';
import type { Knex } from 'knex';
import {
  toGroupEntity,
  toOrganizationEntity,
  toUserEntity,
} from '../entities/entities';
import {
  forgetNames,
  namesOfOthers,
  readCheckpoint,
  readNames,
  stepBack,
  writeCheckpoint,
  writeNames,
  type Checkpoint,
} from './checkpoint';
import type { Changes, Directory } from './Directory';

/** Entities in one mutation. */
const PIECE = 500;

export interface TellerOptions {
  readonly knex: Knex;
  /** Of the entity provider. */
  readonly name: string;
  readonly connection: EntityProviderConnection;
  /** The view, read in a transaction. */
  readonly openDirectory: (transaction: Knex.Transaction) => Directory;
  readonly incarnation: () => Promise<string>;
  /**
   * Position before the first event that the view could not apply: when it can,
   * changes appear that are older than others.
   */
  readonly soundThrough: () => Promise<number>;
  /** What decides how entities look. */
  readonly settings: string;
}

/** Entities of some ids: those there are, and the ids of the others. */
interface Drawn {
  readonly entities: ReadonlyMap<string, Entity>;
  readonly gone: readonly string[];
}

export class Teller {
  readonly #options: TellerOptions;
  /** The last change that this process has told. */
  #told = -1;

  constructor(options: TellerOptions) {
    this.#options = options;
  }

  /** Does nothing when nothing has changed. One process at a time is to tell. */
  async tell(): Promise<void> {
    const { knex, name } = this.#options;
    let begunAt: number | undefined;
    try {
      await knex.transaction(
        async transaction => {
          const checkpoint = await readCheckpoint(transaction, name);
          const directory = this.#options.openDirectory(transaction);
          const last = await directory.lastChange();
          const next: Checkpoint = {
            position: Math.min(last, await this.#options.soundThrough()),
            incarnation: await this.#options.incarnation(),
            settings: this.#options.settings,
          };
          if (!checkpoint || !isSameFeed(checkpoint, next)) {
            begunAt = 0;
            await this.#tellEverything(transaction, directory);
          } else if (last > Math.max(checkpoint.position, this.#told)) {
            begunAt = checkpoint.position;
            await this.#tellChanges(
              transaction,
              directory,
              await directory.changesAfter(checkpoint.position),
            );
          } else {
            return;
          }
          await writeCheckpoint(transaction, name, next);
          this.#told = last;
        },
        // One state of the view for all that is read.
        { isolationLevel: 'repeatable read' },
      );
    } catch (error) {
      if (begunAt !== undefined) {
        // Another process may have begun to lead on the way, and have told what
        // is newer before the last piece went in. Both cannot have moved the
        // checkpoint; who could not, as here, moves it back.
        this.#told = -1;
        await stepBack(knex, name, begunAt);
      }
      throw error;
    }
  }

  async #tellEverything(
    transaction: Knex.Transaction,
    directory: Directory,
  ): Promise<void> {
    const all = await directory.changesAfter(-1);
    const entities: Entity[] = [];
    await forgetNames(transaction);
    for await (const { drawn, named } of this.#draw(directory, all)) {
      entities.push(...drawn.entities.values());
      if (named) {
        await writeNames(transaction, refsOf(drawn), []);
      }
    }
    await this.#options.connection.applyMutation({
      type: 'full',
      entities: entities.map(entity => this.#deferred(entity)),
    });
  }

  async #tellChanges(
    transaction: Knex.Transaction,
    directory: Directory,
    changes: Changes,
  ): Promise<void> {
    for await (const { drawn, named } of this.#draw(directory, changes)) {
      const removed = named
        ? await formerNames(transaction, drawn)
        : drawn.gone.map(id => userEntityRef(id as UserId));
      await this.#options.connection.applyMutation({
        type: 'delta',
        added: [...drawn.entities.values()].map(entity =>
          this.#deferred(entity),
        ),
        removed: removed.map(entityRef => ({
          entityRef,
          locationKey: this.#options.name,
        })),
      });
      if (named) {
        await writeNames(transaction, refsOf(drawn), drawn.gone);
      }
    }
  }

  /** `named`: what it draws has names that can change. */
  async *#draw(
    directory: Directory,
    changes: Changes,
  ): AsyncGenerator<{ drawn: Drawn; named: boolean }> {
    for (const ids of pieces(changes.organizations)) {
      const found = await directory.organizations(ids);
      yield { drawn: drawnOf(ids, found, toOrganizationEntity), named: true };
    }
    for (const ids of pieces(changes.groups)) {
      const found = await directory.groups(ids);
      yield { drawn: drawnOf(ids, found, toGroupEntity), named: true };
    }
    for (const ids of pieces(changes.users)) {
      const found = await directory.users(ids);
      yield { drawn: drawnOf(ids, found, toUserEntity), named: false };
    }
  }

  /** With a key, so that no file can put itself in the place of a user. */
  #deferred(entity: Entity) {
    return { entity, locationKey: this.#options.name };
  }
}

function isSameFeed(before: Checkpoint, now: Checkpoint): boolean {
  return (
    before.incarnation === now.incarnation && before.settings === now.settings
  );
}

/** The names that are free now. */
async function formerNames(
  transaction: Knex.Transaction,
  { entities, gone }: Drawn,
): Promise<string[]> {
  const ids = [...entities.keys(), ...gone];
  const before = await readNames(transaction, ids);
  const now = new Set(refsOf({ entities, gone }).values());
  const free = [...before.values()].filter(name => !now.has(name));
  const taken = await namesOfOthers(transaction, free, ids);
  return free.filter(name => !taken.has(name));
}

function refsOf({ entities }: Drawn): ReadonlyMap<string, string> {
  return new Map(
    [...entities].map(([id, entity]) => [id, stringifyEntityRef(entity)]),
  );
}

function drawnOf<TRow extends { readonly id: string }>(
  ids: readonly string[],
  rows: readonly TRow[],
  draw: (row: TRow) => Entity,
): Drawn {
  const entities = new Map(rows.map(row => [row.id, draw(row)]));
  return { entities, gone: ids.filter(id => !entities.has(id)) };
}

function* pieces(ids: readonly string[]): Generator<readonly string[]> {
  for (let at = 0; at < ids.length; at += PIECE) {
    yield ids.slice(at, at + PIECE);
  }
}
