// Rows, keys and searches as handlers give them, held against the table that is
// declared, and brought into one form.
import { normalize } from './column';
import type { TableDefinition } from './defineProjection';

/** A row by column name, every column present. */
export type Row = Readonly<Record<string, unknown>>;

/**
 * Checks what handlers hand over for one table.
 *
 * What does not fit throws a TypeError: the event is then one that cannot be
 * applied.
 */
export class RowCheck {
  readonly #name: string;
  readonly #definition: TableDefinition;
  readonly #columns: readonly string[];
  readonly #personal: readonly string[];
  /** Sets of columns, sorted, by which rows can be searched. */
  readonly searchable: readonly (readonly string[])[];

  constructor(name: string, definition: TableDefinition) {
    this.#name = name;
    this.#definition = definition;
    this.#columns = Object.keys(definition.columns);
    this.#personal = this.#columns.filter(
      column => definition.columns[column]!.isPersonal,
    );
    this.searchable = searchableColumns(definition);
  }

  /** Values of the key's columns, in the order of the key. */
  key(values: Row): unknown[] {
    return this.#definition.key.map(name =>
      normalize(name, this.#definition.columns[name]!, values?.[name]),
    );
  }

  /** A whole row; columns left out are null, if they may be. */
  row(values: Row): Row {
    const row: Record<string, unknown> = {};
    for (const name of this.#columns) {
      row[name] = normalize(
        name,
        this.#definition.columns[name]!,
        values[name],
      );
    }
    this.#refuseStray(values);
    return Object.freeze(row);
  }

  /** A row with some columns changed. */
  changed(row: Row, changes: Row): Row {
    const changed: Record<string, unknown> = { ...row };
    this.#refuseStray(changes);
    for (const name of Object.keys(changes)) {
      if (this.#definition.key.includes(name)) {
        throw new TypeError(
          `Column ${name} is part of the key of ${this.#name}`,
        );
      }
      // An optional column spelt out as undefined is not a change.
      if (changes[name] !== undefined) {
        changed[name] = normalize(
          name,
          this.#definition.columns[name]!,
          changes[name],
        );
      }
    }
    return Object.freeze(changed);
  }

  /** A row as it is when whom it is about was erased. */
  withoutPersonal(row: Row): Row {
    const emptied: Record<string, unknown> = { ...row };
    for (const name of this.#personal) {
      emptied[name] = null;
    }
    return Object.freeze(emptied);
  }

  /** What rows are searched for: by leading columns of the key or an index. */
  search(values: Row): Row {
    const names = Object.keys(values).sort();
    this.#refuseStray(values);
    if (!this.searchable.some(columns => columns.join() === names.join())) {
      throw new TypeError(
        `No index of ${this.#name} starts with ${names.join(', ') || 'nothing'}`,
      );
    }
    const where: Record<string, unknown> = {};
    for (const name of names) {
      const value = values[name];
      if (value === null || value === undefined || typeof value === 'object') {
        throw new TypeError(
          `Column ${name} can only be searched for one value`,
        );
      }
      where[name] = normalize(name, this.#definition.columns[name]!, value);
    }
    return where;
  }

  #refuseStray(values: Row): void {
    for (const name in values) {
      if (!Object.hasOwn(this.#definition.columns, name)) {
        throw new TypeError(`There is no column ${name} in ${this.#name}`);
      }
    }
  }
}

/** The first columns of the key and of each index, one, two and so on. */
function searchableColumns({
  key,
  indexes,
  columns,
}: TableDefinition): string[][] {
  const sets = new Map<string, string[]>();
  for (const on of [key, ...indexes.map(index => index.on)]) {
    for (let length = 1; length <= on.length; length++) {
      if (!Object.hasOwn(columns, on[length - 1]!)) {
        // An expression: nothing after it can be searched by column.
        break;
      }
      const names = on.slice(0, length).sort();
      sets.set(names.join(), names);
    }
  }
  return [...sets.values()];
}

/** Whether a row has these values. */
export function matches(row: Row, values: Row): boolean {
  return Object.keys(values).every(name => row[name] === values[name]);
}

/** One string per key. */
export function keyId(key: readonly unknown[]): string {
  return key.length === 1 && typeof key[0] === 'string'
    ? key[0]
    : JSON.stringify(key);
}
