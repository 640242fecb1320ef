/** What organizations, groups and projects have in common as rows. */
import {
  column,
  type IndexDefinition,
} from '@callboard/plugin-eventstore-node';
import { searchColumns, searchText, sortKey } from './searchText';

export const namedColumns = () => ({
  name: column.text(),
  slug: column.text(),
  status: column.text(),
  /** Removed. */
  gone: column.boolean(),
  created_at: column.timestamp(),
  changed_at: column.timestamp(),
  sort_name: column.text(),
  ...searchColumns(),
});

/** Lists by name and by age, of an instance or an organization; search. */
export function namedIndexes(within: readonly string[]): IndexDefinition[] {
  return [
    ...within.flatMap(owner => [
      { on: [owner, 'gone', 'sort_name COLLATE "C"', 'id COLLATE "C"'] },
      { on: [owner, 'gone', 'created_at', 'id COLLATE "C"'] },
      { on: [owner, 'slug'] },
    ]),
    { on: ['pieces'], using: 'gin' },
  ];
}

/** The columns that follow from name and slug. */
export function namedBy({ name, slug }: { name: string; slug: string }) {
  return {
    name,
    slug,
    sort_name: sortKey(name),
    ...searchText([name, slug]),
  };
}
