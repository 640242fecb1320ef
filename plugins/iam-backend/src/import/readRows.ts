/**
 * The rows of a file, one at a time as they come in: never more than a piece of
 * the file is in memory.
 */
import { Readable } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';
import { refusal, type RefusalCode } from '@callboard/plugin-iam-common';
import { CsvError, parse } from 'csv-parse';

export type Source = AsyncIterable<Uint8Array | string>;

/** One row, or why it is none. */
export type Row =
  | { readonly fields: Readonly<Record<string, unknown>> }
  | { readonly code: RefusalCode };

const COLUMNS = [
  'username',
  'email',
  'givenName',
  'familyName',
  'displayName',
  'language',
] as const;
const NEEDED = ['username', 'email', 'givenName', 'familyName'];

/** Of one row, in characters. */
const MAX_ROW = 64 * 1024;

/**
 * CSV with a header (RFC 4180), in UTF-8, in any order of columns.
 *
 * @throws CommandRejectedError when the header is wrong, or when it cannot be
 * read on: `iam.user_import.malformed` with `rows.<number>`
 */
export async function* readCsv(source: Source): AsyncGenerator<Row> {
  const parser = Readable.from(source, { objectMode: false }).pipe(
    parse({
      bom: true,
      relaxColumnCount: true,
      skipEmptyLines: true,
      maxRecordSize: MAX_ROW,
      encoding: 'utf8',
    }),
  );
  let header: string[] | undefined;
  let row = 0;
  try {
    for await (const cells of parser as AsyncIterable<string[]>) {
      if (!header) {
        header = checkHeader(cells);
        continue;
      }
      row += 1;
      yield cells.length === header.length
        ? { fields: toFields(header, cells) }
        : { code: 'iam.user_import.columns' };
    }
  } catch (error) {
    throw error instanceof CsvError
      ? refusal('iam.user_import.malformed', `rows.${row + 1}`)
      : error;
  }
  if (!header) {
    throw refusal('iam.input.empty', 'rows');
  }
}

function checkHeader(cells: readonly string[]): string[] {
  const names = cells.map(cell => cell.trim());
  const unknown = names.find(
    name => !(COLUMNS as readonly string[]).includes(name),
  );
  if (unknown !== undefined) {
    throw refusal('iam.input.unknown_field', unknown.slice(0, 100));
  }
  const twice = names.find((name, at) => names.indexOf(name) !== at);
  if (twice !== undefined) {
    throw refusal('iam.input.duplicate', twice);
  }
  const missing = NEEDED.find(name => !names.includes(name));
  if (missing !== undefined) {
    throw refusal('iam.input.missing', missing);
  }
  return names;
}

/** An empty cell of a column that may be left out says nothing. */
function toFields(header: readonly string[], cells: readonly string[]) {
  return Object.fromEntries(
    header
      .map((name, at): [string, string] => [name, cells[at]!])
      .filter(([name, cell]) => cell !== '' || NEEDED.includes(name)),
  );
}

/** One JSON object on each line (https://jsonlines.org), in UTF-8. */
export async function* readJsonLines(source: Source): AsyncGenerator<Row> {
  for await (const line of linesOf(source)) {
    if (line === undefined) {
      yield { code: 'iam.user_import.malformed' };
    } else if (line.trim() !== '') {
      yield parseLine(line);
    }
  }
}

function parseLine(line: string): Row {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? { fields: value as Record<string, unknown> }
      : { code: 'iam.user_import.malformed' };
  } catch {
    return { code: 'iam.user_import.malformed' };
  }
}

/** Undefined in place of a line that is too long. */
async function* linesOf(source: Source): AsyncGenerator<string | undefined> {
  const decoder = new StringDecoder('utf8');
  let rest = '';
  let tooLong = false;
  for await (const chunk of source) {
    const text: string =
      typeof chunk === 'string' ? chunk : decoder.write(Buffer.from(chunk));
    const lines = (rest + text).split('\n');
    rest = lines.pop()!;
    for (const line of lines) {
      yield tooLong || line.length > MAX_ROW ? undefined : line;
      tooLong = false;
    }
    if (rest.length > MAX_ROW) {
      tooLong = true;
      rest = '';
    }
  }
  const last = rest + decoder.end();
  if (tooLong || last !== '') {
    yield tooLong ? undefined : last;
  }
}
