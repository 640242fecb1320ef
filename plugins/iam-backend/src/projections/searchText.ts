/**
 * Search by prefix and substring on an index that every PostgreSQL has: a GIN
 * index on an array of three-letter pieces, made here. The extension pg_trgm
 * does the same in the database, but a managed cluster may not have it, and the
 * pieces of personal data would then be worked out where they can't be erased
 * (catalog/docs/decisions/0045).
 */
import { column } from '@callboard/plugin-eventstore-node';

const PIECE = 3;
/** Beginnings of words in one token that can be searched for. */
const MAX_STARTS = 16;

/** Two columns of a table, filled by {@link searchText}. */
export const searchColumns = () => ({
  /** Every word with what follows it, each after a blank; to compare with. */
  search: column.text(),
  /** Pieces of `search`; one or two letters after a blank begin a word. */
  pieces: column.texts(),
});

export const personalSearchColumns = () => ({
  search: column.text().personal(),
  pieces: column.texts().personal(),
});

/** Without case, accents and forms that look the same. */
export function foldText(text: string): string {
  return text
    .normalize('NFKD')
    .replace(/\p{M}+/gu, '')
    .toLowerCase()
    .normalize('NFKC');
}

/** How names are sorted: without case and accents. */
export const sortKey = (text: string) => foldText(text).trim();

export function searchText(values: readonly string[]): {
  search: string;
  pieces: string[];
} {
  const tokens = new Set(values.flatMap(tokensOf));
  const words = new Set<string>();
  const pieces = new Set<string>();
  for (const token of tokens) {
    const letters = Array.from(token);
    for (const start of startsOf(letters)) {
      words.add(letters.slice(start).join(''));
      pieces.add(` ${letters[start]}`);
      pieces.add(` ${letters.slice(start, start + 2).join('')}`);
    }
    piecesOf(letters).forEach(piece => pieces.add(piece));
  }
  return {
    search: [...words].map(word => ` ${word}`).join(''),
    pieces: [...pieces].sort(),
  };
}

/** What a row has to have to be found. */
export interface SearchTerms {
  /** All of these are in `pieces`. */
  readonly pieces: string[];
  /** All of these are in `search`. */
  readonly texts: string[];
}

/**
 * Each word of the query must be found: at the beginning of a word when it has
 * one or two letters or `match` is `prefix`, else anywhere.
 */
export function searchTerms(
  query: string,
  match: 'substring' | 'prefix' = 'substring',
): SearchTerms {
  const pieces = new Set<string>();
  const texts = new Set<string>();
  for (const token of tokensOf(query)) {
    const letters = Array.from(token);
    const begins = match === 'prefix' || letters.length < PIECE;
    if (begins) {
      pieces.add(` ${letters.slice(0, 2).join('')}`);
    }
    piecesOf(letters).forEach(piece => pieces.add(piece));
    texts.add(begins ? ` ${token}` : token);
  }
  return { pieces: [...pieces], texts: [...texts] };
}

function tokensOf(text: string): string[] {
  return foldText(text)
    .split(/\s+/u)
    .filter(token => token !== '');
}

/** Where words begin: at the start, and after what is no letter or digit. */
function startsOf(letters: readonly string[]): number[] {
  const isWord = (letter: string | undefined) =>
    letter !== undefined && /[\p{L}\p{N}]/u.test(letter);
  return letters
    .map((letter, at) =>
      at === 0 || (isWord(letter) && !isWord(letters[at - 1])) ? at : -1,
    )
    .filter(at => at >= 0)
    .slice(0, MAX_STARTS);
}

function piecesOf(letters: readonly string[]): string[] {
  return letters
    .slice(0, Math.max(0, letters.length - PIECE + 1))
    .map((_letter, at) => letters.slice(at, at + PIECE).join(''));
}
