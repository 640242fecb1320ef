import type { SortDescriptor } from '@backstage/ui';
import { Sort } from '@callboard/plugin-iam-common/api';
import { useMemo } from 'react';
import type { ListQuery } from './useListQuery';

/**
 * The order of a list of named things, in the address as `sort=-created`: by
 * name unless another one is chosen.
 */
export function useNamedSort(query: ListQuery) {
  const text = query.get('sort') || 'name';
  return useMemo(() => {
    const descending = text.startsWith('-');
    const column = text.replace(/^-/, '') === 'created' ? 'created' : 'name';
    return {
      /** For the request. */
      order: {
        sort: column === 'created' ? Sort.CREATED : Sort.NAME,
        descending,
      },
      /** For the table. */
      sort: {
        descriptor: {
          column,
          direction: descending ? 'descending' : 'ascending',
        } satisfies SortDescriptor as SortDescriptor,
        onChange: (by: SortDescriptor) => {
          const sign = by.direction === 'descending' ? '-' : '';
          const chosen = `${sign}${by.column}`;
          query.set({ sort: chosen === 'name' ? '' : chosen });
        },
      },
    };
  }, [text, query]);
}
