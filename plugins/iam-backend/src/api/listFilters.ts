/** Filters and orders of lists, as queries take them. */
import type { DescEnum } from '@bufbuild/protobuf';
import { MatchSchema, SortSchema } from '@callboard/plugin-iam-common/api';
import type { NamedSort } from '../queries/named';
import { choiceOf } from './commandInput';

/** An empty text filters nothing. */
export function given<T extends string>(text: string): T | undefined {
  return text === '' ? undefined : (text as T);
}

export function search(request: {
  readonly search: string;
  readonly match: number;
}) {
  return {
    search: given(request.search),
    match: choiceOf(MatchSchema, request.match) as
      | 'prefix'
      | 'substring'
      | undefined,
  };
}

export function statuses(
  desc: DescEnum,
  chosen: readonly number[],
): string[] | undefined {
  return chosen.length === 0
    ? undefined
    : chosen.map(status => choiceOf(desc, status)!);
}

export function sorted(request: {
  readonly sort: number;
  readonly descending: boolean;
}) {
  return {
    sort: choiceOf(SortSchema, request.sort) as NamedSort | undefined,
    descending: request.descending,
  };
}
