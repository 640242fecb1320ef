// One table of a view in memory: rows read ahead, changed by handlers, and what
// has to be written for them.
import type { TableDefinition } from './defineProjection';
import { keyId, matches, RowCheck, type Row } from './RowCheck';
import { MISSING, touch, type Step } from './Step';

/** A row as it was from one position until another. */
export interface PastRow {
  readonly row: Row;
  readonly from: number;
  readonly to: number;
}

/**
 * What is known of the row under one key. `row` and `from` are what the events
 * so far made of it; the rest says how that differs from the database.
 */
export interface Entry {
  /** Values of the key's columns, in the order of the key. */
  readonly key: readonly unknown[];
  /** Null: there is no such row. Undefined: not read yet. */
  row: Row | null | undefined;
  /** `valid_from` of `row`; undefined when the row has not been read. */
  from: number | undefined;
  /** Whether the database has a row under this key; undefined: not known. */
  stored: boolean | undefined;
  /** Position of the first event since the last write that changed it; else 0. */
  changedAt: number;
  /** Versions since the last write that are past already. */
  past: PastRow[];
}

/** What is to be read before the events can go on. */
export interface Missing {
  readonly keys: Map<string, readonly unknown[]>;
  /** Equality searches by their signature. */
  readonly searches: Map<string, Readonly<Record<string, unknown>>>;
}

export class TableFold {
  readonly name: string;
  readonly definition: TableDefinition;
  readonly columns: readonly string[];
  readonly personal: readonly string[];
  readonly missing: Missing = { keys: new Map(), searches: new Map() };
  readonly #check: RowCheck;
  readonly #step: Step;
  readonly #entries = new Map<string, Entry>();
  readonly #changed = new Map<string, Entry>();
  #erasures: Row[] = [];
  /** Keys of the rows that the database had for a search. */
  readonly #found = new Map<string, readonly string[]>();

  constructor(name: string, definition: TableDefinition, step: Step) {
    this.name = name;
    this.definition = definition;
    this.columns = Object.keys(definition.columns);
    this.personal = this.columns.filter(
      column => definition.columns[column]!.isPersonal,
    );
    this.#check = new RowCheck(name, definition);
    this.#step = step;
  }

  get changed(): Iterable<Entry> {
    return this.#changed.values();
  }

  /** Rows with these values lose their personal data in all past versions. */
  get erasures(): readonly Row[] {
    return this.#erasures;
  }

  get(key: Row): Row | undefined {
    return this.#read(this.#entry(key)) ?? undefined;
  }

  find(values: Row): Row[] {
    const where = this.#check.search(values);
    const signature = JSON.stringify(where);
    touch(this.#step, `${this.name}?${signature}`, { used: true });
    const found = this.#found.get(signature);
    if (!found) {
      this.missing.searches.set(signature, where);
      this.#step.missed = true;
      throw MISSING;
    }
    const keys = new Set(found);
    for (const [id, { row }] of this.#changed) {
      if (row && matches(row, where)) {
        keys.add(id);
      }
    }
    const rows: Row[] = [];
    for (const id of [...keys].sort()) {
      const row = this.#entries.get(id)?.row;
      if (row && matches(row, where)) {
        touch(this.#step, `${this.name}/${id}`, { used: true });
        rows.push(row);
      }
    }
    return rows;
  }

  upsert(values: Row): void {
    const row = this.#check.row(values);
    const entry = this.#entry(row);
    if (!this.#step.discovering) {
      this.#change(entry, row);
    }
  }

  patch(key: Row, changes: Row | ((row: Row) => Row), required = true): void {
    const entry = this.#entry(key);
    if (this.#step.discovering && entry.row === undefined) {
      this.#need(entry);
      return;
    }
    const row = this.#read(entry);
    if (!row) {
      if (required && !this.#step.discovering) {
        throw new Error(
          `There is no row ${JSON.stringify(entry.key)} in ${this.name} to patch`,
        );
      }
      return;
    }
    const changed = this.#check.changed(
      row,
      typeof changes === 'function' ? changes(row) : changes,
    );
    if (!this.#step.discovering) {
      this.#change(entry, changed);
    }
  }

  patchIfPresent(key: Row, changes: Row | ((row: Row) => Row)): void {
    this.patch(key, changes, false);
  }

  delete(key: Row): void {
    const entry = this.#entry(key);
    if (!this.#step.discovering && entry.row !== null) {
      this.#change(entry, null);
    }
  }

  erase(values: Row): void {
    const where = this.#check.search(values);
    const found = this.find(values);
    if (this.#step.discovering) {
      return;
    }
    for (const row of found) {
      this.#change(this.#entry(row), this.#check.withoutPersonal(row));
    }
    for (const entry of this.#changed.values()) {
      const { past } = entry;
      if (past.some(({ row }) => matches(row, where))) {
        this.#step.undo.push(() => {
          entry.past = past;
        });
        entry.past = past.map(version =>
          matches(version.row, where)
            ? { ...version, row: this.#check.withoutPersonal(version.row) }
            : version,
        );
      }
    }
    this.#erasures.push(where);
    this.#step.undo.push(() => this.#erasures.pop());
  }

  /** Takes in rows that were read because of `missing`. */
  load(rows: readonly { row: Row; from: number }[], asked: Missing): void {
    for (const { row, from } of rows) {
      const key = this.definition.key.map(name => row[name]);
      const id = keyId(key);
      const known = this.#entries.get(id);
      if (!known) {
        this.#entries.set(id, unchanged(key, row, from));
      } else if (known.row === undefined) {
        known.row = row;
        known.from = from;
        known.stored = true;
      } else if (known.stored === undefined) {
        known.stored = true;
      }
    }
    for (const [id, key] of asked.keys) {
      const known = this.#entries.get(id);
      if (!known) {
        this.#entries.set(id, {
          ...unchanged(key, null, undefined),
          stored: false,
        });
      } else if (known.row === undefined) {
        known.row = null;
        known.stored = false;
      }
    }
    for (const [signature, where] of asked.searches) {
      this.#found.set(
        signature,
        rows
          .filter(({ row }) => matches(row, where))
          .map(({ row }) => keyId(this.definition.key.map(name => row[name]))),
      );
    }
  }

  takeMissing(): Missing {
    const taken = {
      keys: new Map(this.missing.keys),
      searches: new Map(this.missing.searches),
    };
    this.missing.keys.clear();
    this.missing.searches.clear();
    return taken;
  }

  /** What was changed is in the database now; keeps at most so many rows. */
  written(keep: number): void {
    for (const [id, entry] of this.#changed) {
      // Last changed is last forgotten.
      this.#entries.delete(id);
      this.#entries.set(id, entry);
      entry.stored = entry.row !== null;
      entry.changedAt = 0;
      entry.past = [];
    }
    this.#changed.clear();
    this.#found.clear();
    this.#erasures = [];
    for (const id of this.#entries.keys()) {
      if (this.#entries.size <= keep) {
        break;
      }
      this.#entries.delete(id);
    }
  }

  /** What is in memory may differ from the database. */
  forget(): void {
    this.#entries.clear();
    this.#changed.clear();
    this.#found.clear();
    this.#erasures = [];
    this.missing.keys.clear();
    this.missing.searches.clear();
  }

  #entry(values: Row): Entry {
    const key = this.#check.key(values);
    const id = keyId(key);
    touch(this.#step, `${this.name}/${id}`, { used: true });
    let entry = this.#entries.get(id);
    if (!entry) {
      entry = {
        ...unchanged(key, null, undefined),
        row: undefined,
        stored: undefined,
      };
      this.#entries.set(id, entry);
    }
    return entry;
  }

  #read(entry: Entry): Row | null {
    if (entry.row === undefined) {
      this.#need(entry);
      throw MISSING;
    }
    return entry.row;
  }

  #need(entry: Entry): void {
    this.missing.keys.set(keyId(entry.key), entry.key);
    this.#step.missed = true;
  }

  #change(entry: Entry, row: Row | null): void {
    const id = keyId(entry.key);
    if (this.#step.touched) {
      touch(this.#step, `${this.name}/${id}`, { used: true, changed: true });
      // Every search that would find the row, before or after.
      for (const either of [entry.row, row]) {
        for (const names of either ? this.#check.searchable : []) {
          const where = Object.fromEntries(
            names.map(name => [name, either![name]]),
          );
          touch(this.#step, `${this.name}?${JSON.stringify(where)}`, {
            changed: true,
          });
        }
      }
    }
    const { row: rowBefore, from, changedAt, past } = entry;
    const pasts = past.length;
    this.#step.undo.push(() => {
      past.length = pasts;
      Object.assign(entry, { row: rowBefore, from, changedAt, past });
      if (changedAt === 0) {
        this.#changed.delete(id);
      }
    });
    const { position } = this.#step;
    if (entry.changedAt === 0) {
      entry.changedAt = position;
      this.#changed.set(id, entry);
    } else if (
      this.definition.history &&
      entry.row &&
      entry.from !== undefined &&
      entry.from < position
    ) {
      past.push({ row: entry.row, from: entry.from, to: position });
    }
    entry.row = row;
    entry.from = row ? position : undefined;
  }
}

function unchanged(
  key: readonly unknown[],
  row: Row | null,
  from: number | undefined,
): Entry {
  return { key, row, from, stored: true, changedAt: 0, past: [] };
}
