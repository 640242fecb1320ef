import {
  Cell,
  Column,
  Row,
  TableBody,
  TableHeader,
  TablePagination,
  TableRoot,
  type SortDescriptor,
} from '@backstage/ui';
import type { ReactNode } from 'react';
import { ErrorPanel } from '../display/ErrorPanel';
import { Loading } from '../display/Loading';
import styles from './ListTable.module.css';
import { PAGE_SIZE, type PagedList } from './usePagedList';

/** One column of a list. */
export interface ListColumn<T> {
  readonly id: string;
  readonly label: string;
  readonly cell: (item: T) => ReactNode;
  /** Lists can be ordered by it. */
  readonly sortable?: boolean;
  /** Left out where the window is narrow; say it in the first column there. */
  readonly wide?: boolean;
}

/**
 * A list, page by page. The first column names the row: put a link there.
 */
export function ListTable<T extends object>(props: {
  /** What is in the list, for screen readers. */
  label: string;
  list: PagedList<T>;
  columns: readonly ListColumn<T>[];
  idOf: (item: T) => string;
  sort?: { descriptor: SortDescriptor; onChange: (by: SortDescriptor) => void };
  /** Shown when nothing is in the list. */
  empty: ReactNode;
}) {
  const { list, columns, sort } = props;
  const page = list.value;

  if (!page) {
    return list.error ? (
      <ErrorPanel error={list.error} onRetry={list.reload} />
    ) : (
      <Loading label={`Loading ${props.label}`} />
    );
  }

  const { items } = page;
  return (
    <div className={styles.list} aria-busy={list.loading}>
      {list.error && <ErrorPanel error={list.error} onRetry={list.reload} />}
      {items.length === 0 && list.offset === 0 ? (
        props.empty
      ) : (
        <div className={styles.scroll}>
          <TableRoot
            aria-label={props.label}
            stale={list.loading}
            sortDescriptor={sort?.descriptor}
            onSortChange={sort?.onChange}
          >
            <TableHeader>
              {columns.map(({ id, label, sortable, wide }, index) => (
                <Column
                  key={id}
                  id={id}
                  isRowHeader={index === 0}
                  allowsSorting={sortable}
                  className={wide ? styles.wide : undefined}
                >
                  {label}
                </Column>
              ))}
            </TableHeader>
            <TableBody>
              {items.map(item => (
                <Row key={props.idOf(item)} id={props.idOf(item)}>
                  {columns.map(({ id, cell, wide }) => (
                    <Cell key={id} className={wide ? styles.wide : styles.cell}>
                      {cell(item)}
                    </Cell>
                  ))}
                </Row>
              ))}
            </TableBody>
          </TableRoot>
        </div>
      )}
      {(list.next || list.previous || items.length > 0) && (
        <TablePagination
          pageSize={PAGE_SIZE}
          pageSizeOptions={[]}
          offset={list.offset}
          totalCount={Number(page.total ?? list.offset + items.length)}
          getLabel={() => rangeLabel(list.offset, items.length, page.total)}
          hasNextPage={Boolean(list.next)}
          hasPreviousPage={Boolean(list.previous)}
          onNextPage={() => list.next?.()}
          onPreviousPage={() => list.previous?.()}
        />
      )}
    </div>
  );
}

const number = new Intl.NumberFormat(undefined);

/** "51–100 of 1,234". */
function rangeLabel(
  offset: number,
  shown: number,
  total: bigint | undefined,
): string {
  const range =
    shown === 0
      ? '0'
      : `${number.format(offset + 1)}–${number.format(offset + shown)}`;
  return total === undefined ? range : `${range} of ${number.format(total)}`;
}
