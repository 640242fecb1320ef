import { BadArgumentError } from '@callboard/plugin-eventstore-common';
import type {
  Projection,
  TableDefinition,
} from '../projections/defineProjection';
import type { Column } from '../projections/column';
import { createStatements } from '../projections/statements';
import type { SpoolerKind, SpoolerRow } from './tables';
import type { Target } from './Target';
import { ViewTarget } from './ViewTarget';

/** What a host needs to know of a view or a reactor to run spoolers for it. */
export interface Declaration {
  readonly kind: SpoolerKind;
  readonly name: string;
  readonly version: number;
  /** Event types it is about. */
  readonly types: readonly string[];
  /** Where a new one begins: a view with the first event. */
  readonly from: 'first event' | 'now';
  /** What must not change without a new version. */
  readonly shape: unknown;
  /** The schema that is read; null for a reactor. */
  readonly schema: string | null;
  /** The schema of a generation that is not read. */
  schemaOf(generation: number): string | null;
  createStatements(schema: string): readonly string[];
  createTarget(row: SpoolerRow): Target;
}

const MAX_IDENTIFIER_BYTES = 63;

/**
 * @param prefix - what tells the plugin's schemas from those of others
 * @throws BadArgumentError when the names are too long together
 */
export function declareView(
  projection: Projection,
  options: { prefix: string; keepRows: number },
): Declaration {
  const schema = `${options.prefix}_${projection.name}_v${projection.version}`;
  const schemaOf = (generation: number) => `${schema}_g${generation}`;
  if (Buffer.byteLength(schemaOf(99_999)) > MAX_IDENTIFIER_BYTES) {
    throw new BadArgumentError(
      'name',
      `'${projection.name}' is too long: the schema ${schemaOf(99_999)} would have more than ${MAX_IDENTIFIER_BYTES} bytes`,
    );
  }
  return {
    kind: 'view',
    name: projection.name,
    version: projection.version,
    types: projection.events.map(({ type }) => type),
    from: 'first event',
    shape: shapeOf(projection),
    schema,
    schemaOf,
    createStatements: target => createStatements(target, projection),
    createTarget: row =>
      new ViewTarget(projection, {
        schema: row.schemaName!,
        keepRows: options.keepRows,
      }),
  };
}

/** The tables as they are compared, and stored with each generation. */
export interface Shape {
  readonly tables: Readonly<
    Record<
      string,
      {
        readonly columns: Readonly<Record<string, string>>;
        readonly key: readonly string[];
        readonly indexes: readonly unknown[];
        readonly history: boolean;
      }
    >
  >;
  readonly extensions: readonly string[];
}

function shapeOf(projection: Projection): Shape {
  const tables = Object.entries(projection.tables) as [
    string,
    TableDefinition,
  ][];
  return {
    tables: Object.fromEntries(
      tables.map(([name, table]) => [
        name,
        {
          columns: Object.fromEntries(
            Object.entries(table.columns as Record<string, Column>).map(
              ([column, { type, isNullable, isPersonal }]) => [
                column,
                `${type}${isNullable ? ' null' : ''}${isPersonal ? ' personal' : ''}`,
              ],
            ),
          ),
          key: table.key,
          indexes: table.indexes,
          history: table.history,
        },
      ]),
    ),
    extensions: projection.extensions,
  };
}

/** Whether what can be read from the wanted tables can be read from the others. */
export function canServe(wanted: Shape, others: Shape): boolean {
  return Object.entries(wanted.tables).every(([name, table]) => {
    const other = others.tables[name];
    return (
      other !== undefined &&
      String(other.key) === String(table.key) &&
      (other.history || !table.history) &&
      Object.entries(table.columns).every(
        ([column, type]) => other.columns[column] === type,
      )
    );
  });
}
