import { BadArgumentError } from '@callboard/plugin-eventstore-common';
import type { Knex } from 'knex';
import { searchTerms } from '../../projections/searchText';
import type { SearchOptions } from './Page';

const LONGEST = 200;

/** Whether there is anything to search for. */
export function isSearch({ search }: SearchOptions): boolean {
  return search !== undefined && search.trim() !== '';
}

/**
 * Narrows a list of rows `t` to those that contain what is searched for.
 *
 * @throws BadArgumentError when it is longer than 200 characters
 */
export function whereSearch(
  query: Knex.QueryBuilder,
  options: SearchOptions,
): void {
  if (!isSearch(options)) {
    return;
  }
  const { search = '', match } = options;
  if (search.length > LONGEST) {
    throw new BadArgumentError('search', `has more than ${LONGEST} characters`);
  }
  const { pieces, texts } = searchTerms(search, match);
  query.whereRaw('t.pieces @> ?::text[]', [pieces]);
  texts.forEach(text => query.whereRaw('strpos(t.search, ?) > 0', [text]));
}
