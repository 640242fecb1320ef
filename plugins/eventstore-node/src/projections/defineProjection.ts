import {
  BadArgumentError,
  type EventDefinition,
  type EventOf,
} from '@callboard/plugin-eventstore-common';
import type { Column, ColumnInput, ColumnValue } from './column';

/** @public */
export type Columns = Readonly<Record<string, Column>>;

/**
 * Columns by name, as read: `{ id: string; name: string | null }`.
 *
 * @public
 */
export type RowValues<TColumns extends Columns> = {
  readonly [K in keyof TColumns]: ColumnValue<TColumns[K]>;
};

/**
 * Names of the columns that an upsert may leave out: they become null.
 *
 * @public
 */
export type OptionalColumns<TColumns extends Columns> = {
  [K in keyof TColumns]: null extends ColumnInput<TColumns[K]> ? K : never;
}[keyof TColumns];

/**
 * Columns by name, as written: what may be null can be left out.
 *
 * @public
 */
export type RowInputs<TColumns extends Columns> = {
  readonly [K in Exclude<
    keyof TColumns,
    OptionalColumns<TColumns>
  >]: ColumnInput<TColumns[K]>;
} & { readonly [K in OptionalColumns<TColumns>]?: ColumnInput<TColumns[K]> };

/**
 * An index of a view's table. A table with history has it on past rows too.
 *
 * @public
 */
export interface IndexDefinition {
  /**
   * Column names, or SQL such as `lower(name) text_pattern_ops` or
   * `created_at desc`.
   */
  readonly on: readonly string[];
  /** `btree` when left out. */
  readonly using?: 'btree' | 'gin' | 'gist' | 'brin' | 'hash';
  /** SQL condition of a partial index. */
  readonly where?: string;
}

/**
 * A table of a view. Beside its columns every row has `valid_from`, the
 * position of the event that gave it its present values.
 *
 * @public
 */
export interface TableDefinition<
  TColumns extends Columns = any, // any: tables of all shapes fit into one view
  TKey extends string = any,
> {
  readonly columns: TColumns;
  readonly key: readonly TKey[];
  readonly indexes: readonly IndexDefinition[];
  readonly history: boolean;
}

/** A row as read. @public */
export type RowOf<TTable> =
  TTable extends TableDefinition<infer TColumns, any> // any: not looked at
    ? RowValues<TColumns>
    : never;

/** A row as a handler may write it. @public */
export type RowInput<TTable> =
  TTable extends TableDefinition<infer TColumns, any> // any: not looked at
    ? RowInputs<TColumns>
    : never;

/** The columns that name a row. @public */
export type KeyOf<TTable> =
  TTable extends TableDefinition<infer TColumns, infer TKey>
    ? Pick<RowValues<TColumns>, TKey & keyof TColumns>
    : never;

/**
 * What a handler may change of a row: not its key.
 *
 * @public
 */
export type RowChanges<TTable> =
  TTable extends TableDefinition<infer TColumns, infer TKey>
    ? {
        readonly [K in Exclude<keyof TColumns, TKey>]?: ColumnInput<
          TColumns[K]
        >;
      }
    : never;

/**
 * What a handler can do to a table. Everything is by key; nothing waits.
 *
 * @public
 */
export interface TableWriter<TTable extends TableDefinition> {
  /** The row as the events before this one, and this one so far, left it. */
  get(key: KeyOf<TTable>): RowOf<TTable> | undefined;
  /**
   * The rows with these values, in order of key. The columns have to be the
   * first ones of the key or of an index.
   */
  find(values: Partial<RowOf<TTable>>): RowOf<TTable>[];
  /** Puts a whole row; whatever was under its key is replaced. */
  upsert(row: RowInput<TTable>): void;
  /**
   * Changes columns of a row.
   *
   * @throws when there is no such row, which quarantines the aggregate
   */
  patch(
    key: KeyOf<TTable>,
    changes: RowChanges<TTable> | ((row: RowOf<TTable>) => RowChanges<TTable>),
  ): void;
  /** As `patch`, but leaves things as they are when there is no such row. */
  patchIfPresent(
    key: KeyOf<TTable>,
    changes: RowChanges<TTable> | ((row: RowOf<TTable>) => RowChanges<TTable>),
  ): void;
  /** Removes a row. Nothing happens when there is none. */
  delete(key: KeyOf<TTable>): void;
  /**
   * Empties the personal columns of all rows with these values, now and in the
   * past, also of rows that are gone. The columns as for `find`.
   */
  erase(values: Partial<RowOf<TTable>>): void;
}

/** @public */
export type Tables = Readonly<Record<string, TableDefinition>>;

/** @public */
export type Writers<TTables extends Tables> = {
  readonly [K in keyof TTables]: TableWriter<TTables[K]>;
};

/**
 * One handler per event type; a forgotten one does not compile.
 *
 * @public
 */
export type ProjectionHandlers<
  TTables extends Tables,
  TDefinition extends EventDefinition,
> = {
  readonly [TType in TDefinition['type']]: (
    event: EventOf<Extract<TDefinition, { type: TType }>>,
    tables: Writers<TTables>,
  ) => void;
};

/**
 * A read model: which tables, and what each event does to them. Pure: the same
 * events always make the same rows.
 *
 * @public
 */
export interface Projection<
  TTables extends Tables = any, // any: projections of all shapes fit into one list
> {
  readonly name: string;
  readonly version: number;
  readonly tables: TTables;
  readonly extensions: readonly string[];
  readonly events: readonly EventDefinition[];
  readonly on: Readonly<
    Record<string, (event: any, tables: any) => void> // any: checked where it is defined
  >;
}

const NAME = /^[a-z][a-z0-9]*(?:_[a-z0-9]+)*$/;
/** `<table>_history` has to fit into an identifier of 63 bytes. */
const MAX_NAME = 48;
const OWN_COLUMNS = ['valid_from', 'valid_to'];

/**
 * Describes a table of a view.
 *
 * @example
 * ```ts
 * defineTable({
 *   columns: { id: column.text(), org: column.text(), name: column.text() },
 *   key: ['id'],
 *   indexes: [{ on: ['org', 'name'] }],
 *   history: true,
 * });
 * ```
 *
 * @throws BadArgumentError when a name is misspelt or a key or index is on a
 * column that does not exist
 * @public
 */
export function defineTable<
  const TColumns extends Columns,
  const TKey extends keyof TColumns & string,
>(options: {
  columns: TColumns;
  /** The columns that name a row, all of them not null and not personal. */
  key: readonly TKey[];
  indexes?: readonly IndexDefinition[];
  /** Keep past rows, so that the table can be read as of any position. */
  history?: boolean;
}): TableDefinition<TColumns, TKey> {
  for (const name of Object.keys(options.columns)) {
    if (!NAME.test(name) || name.length > MAX_NAME) {
      throw new BadArgumentError(
        'columns',
        `'${name}' must be snake_case with at most ${MAX_NAME} characters`,
      );
    }
    if (OWN_COLUMNS.includes(name)) {
      throw new BadArgumentError(
        'columns',
        `every table has '${name}' already`,
      );
    }
  }
  if (
    options.key.length === 0 ||
    new Set(options.key).size < options.key.length
  ) {
    throw new BadArgumentError('key', 'must name one column or several');
  }
  for (const name of options.key) {
    const found = options.columns[name];
    if (!found) {
      throw new BadArgumentError('key', `there is no column '${name}'`);
    }
    if (
      found.isNullable ||
      !['text', 'integer', 'boolean'].includes(found.type)
    ) {
      throw new BadArgumentError(
        'key',
        `'${name}' must be text, integer or boolean, not null and not personal`,
      );
    }
  }
  options.indexes?.forEach((index, i) => {
    if (index.on.length === 0) {
      throw new BadArgumentError(`indexes.${i}`, 'must be on something');
    }
    for (const part of index.on) {
      if (NAME.test(part) && !Object.hasOwn(options.columns, part)) {
        throw new BadArgumentError(
          `indexes.${i}`,
          `there is no column '${part}'`,
        );
      }
    }
  });
  return Object.freeze({
    columns: options.columns,
    key: options.key,
    indexes: options.indexes ?? [],
    history: options.history ?? false,
  });
}

/**
 * Describes a read model.
 *
 * @example
 * ```ts
 * export const doors = defineProjection({
 *   name: 'doors',
 *   version: 1,
 *   tables: {
 *     doors: defineTable({
 *       columns: { id: column.text(), open: column.boolean() },
 *       key: ['id'],
 *       history: true,
 *     }),
 *   },
 *   events: [doorBuilt, doorOpened],
 *   on: {
 *     'house.door.built': (event, { doors }) =>
 *       doors.upsert({ id: event.aggregateId, open: false }),
 *     'house.door.opened': (event, { doors }) =>
 *       doors.patch({ id: event.aggregateId }, { open: true }),
 *   },
 * });
 * ```
 *
 * @remarks
 * Raise `version` whenever the tables or the meaning of a handler change: the
 * new version is filled beside the old one and takes its place when it has
 * caught up.
 *
 * @throws BadArgumentError when a name is misspelt, an event is listed twice or
 * has no handler
 * @public
 */
export function defineProjection<
  const TTables extends Tables,
  const TDefinitions extends readonly EventDefinition[],
>(options: {
  /** In snake_case, unique in its plugin. */
  name: string;
  /** From 1 to 9999. */
  version: number;
  tables: TTables;
  /** PostgreSQL extensions that the indexes need, e.g. `pg_trgm`. */
  extensions?: readonly string[];
  events: TDefinitions;
  on: ProjectionHandlers<NoInfer<TTables>, NoInfer<TDefinitions>[number]>;
}): Projection<TTables> {
  checkName('name', options.name);
  if (
    !Number.isSafeInteger(options.version) ||
    options.version < 1 ||
    options.version > 9999
  ) {
    throw new BadArgumentError('version', 'must be a whole number, 1 to 9999');
  }
  const names = Object.keys(options.tables);
  if (names.length === 0) {
    throw new BadArgumentError('tables', 'a view has at least one table');
  }
  names.forEach(name => checkName(`tables.${name}`, name));
  const clash = names.find(
    name => names.includes(`${name}_history`) && options.tables[name]?.history,
  );
  if (clash) {
    throw new BadArgumentError(
      `tables.${clash}_history`,
      `is where the past of '${clash}' is kept`,
    );
  }
  options.extensions?.forEach(name => checkName('extensions', name));
  checkHandlers(options.events, options.on);
  return Object.freeze({
    name: options.name,
    version: options.version,
    tables: options.tables,
    extensions: options.extensions ?? [],
    events: options.events,
    on: options.on as Projection['on'],
  });
}

/**
 * @throws BadArgumentError when an event is listed twice or has no handler, or
 * a handler is for an event that is not listed or would have to be waited for
 */
export function checkHandlers(
  events: readonly EventDefinition[],
  on: Readonly<Record<string, unknown>>,
): void {
  if (events.length === 0) {
    throw new BadArgumentError('events', 'must list at least one event');
  }
  const types = new Set<string>();
  for (const { type } of events) {
    if (types.has(type)) {
      throw new BadArgumentError('events', `${type} is listed twice`);
    }
    types.add(type);
    const handler = on[type];
    if (typeof handler !== 'function') {
      throw new BadArgumentError('on', `has no handler for ${type}`);
    }
    if (handler.constructor.name === 'AsyncFunction') {
      throw new BadArgumentError('on', `the handler of ${type} is async`);
    }
  }
  const stray = Object.keys(on).find(type => !types.has(type));
  if (stray !== undefined) {
    throw new BadArgumentError('on', `${stray} is not among the events`);
  }
}

/**
 * @throws BadArgumentError when it is not snake_case with at most 48 characters
 */
export function checkName(field: string, name: string): void {
  if (typeof name !== 'string' || !NAME.test(name) || name.length > MAX_NAME) {
    throw new BadArgumentError(
      field,
      `'${name}' must be snake_case with at most ${MAX_NAME} characters`,
    );
  }
}
