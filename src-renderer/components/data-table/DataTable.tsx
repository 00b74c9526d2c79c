import { Button, Checkbox, Skeleton } from '@mantine/core';
import { columnVisibilityFeature, rowSelectionFeature, tableFeatures, useTable } from '@tanstack/react-table';
import { useVirtualizer } from '@tanstack/react-virtual';
import { type ReactNode, useCallback, useEffect, useMemo, useRef } from 'react';
import type { Pages } from '../../api/use-operation.ts';
import { usePreferences } from '../../stores/preferences.ts';
import { common } from '../../strings/common.ts';
import { EmptyState } from '../EmptyState.tsx';
import { ErrorState } from '../ErrorState.tsx';
import { type Column, type Pinned, pinnedOf, useHiddenColumns, widthOf } from './columns.ts';
import classes from './DataTable.module.css';
import { HeaderCell } from './HeaderCell.tsx';
import { useRowFocus } from './use-row-focus.ts';

const features = tableFeatures({ columnVisibilityFeature, rowSelectionFeature });
const ROW_HEIGHT = { compact: 34, comfortable: 44 };
const SELECT_WIDTH = 38;

interface Props<T> {
  /** Names the table in the preferences of the person (chosen columns). */
  name: string;
  /** What the table lists, for screen readers. */
  label: string;
  columns: Column<T>[];
  /** From `usePages`; or `rows` for what is already at hand. */
  pages?: Pages<T>;
  rows?: T[];
  /** With `rows`: they are still to come. */
  loading?: boolean;
  rowKey: (row: T) => string | number;
  sort?: string;
  onSortChange?: (sort: string) => void;
  /** Enter or a double click on a row. Give the first column a link as well. */
  onOpen?: (row: T) => void;
  /** Keys of the selected rows; with it come check boxes. */
  selected?: ReadonlySet<string>;
  onSelectedChange?: (selected: ReadonlySet<string>) => void;
  /** Key of the row that the rest of the page is about. */
  chosen?: string | null;
  /** Instead of the words for an empty list. */
  empty?: ReactNode;
  /** Takes the height that is left (in a `Page fill`); otherwise it grows up to `maxHeight`. */
  fill?: boolean;
  /** Without a border of its own: inside a Panel. */
  flush?: boolean;
  maxHeight?: number | string;
}

/**
 * The table of the console: virtual rows, sticky header, loading, empty and error states, more rows as one scrolls,
 * one tab stop with arrow keys. Sorting and filtering are the server's.
 */
export function DataTable<T extends object>(props: Props<T>) {
  const { columns, pages, rowKey, selected, onSelectedChange, onOpen, fill = false, maxHeight = '60vh' } = props;
  const rows = pages?.items ?? props.rows ?? [];
  const query = pages?.query;
  const density = usePreferences((state) => state.density);
  const [hidden] = useHiddenColumns(props.name, columns);
  const scroller = useRef<HTMLDivElement>(null);

  const table = useTable({
    features,
    columns: useMemo(() => columns.map((column) => ({ id: column.id, header: column.header })), [columns]),
    data: rows,
    getRowId: (row) => String(rowKey(row)),
    state: {
      columnVisibility: Object.fromEntries(columns.map((column) => [column.id, !hidden.includes(column.id)])),
      rowSelection: useMemo(
        () => Object.fromEntries([...(selected ?? [])].map((key) => [key, true as const])),
        [selected],
      ),
    },
    onRowSelectionChange: (updater) => {
      const before = Object.fromEntries([...(selected ?? [])].map((key) => [key, true as const]));
      const after = typeof updater === 'function' ? updater(before) : updater;
      onSelectedChange?.(new Set(Object.keys(after)));
    },
  });
  const visible = columns.filter((column) => !hidden.includes(column.id));
  const tableRows = table.getRowModel().rows;

  const rowHeight = ROW_HEIGHT[density];
  const virtualizer = useVirtualizer({
    count: tableRows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: 12,
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: measured anew when the density changes the row height
  useEffect(() => virtualizer.measure(), [rowHeight]);
  const virtual = virtualizer.getVirtualItems();
  const first = virtual[0];
  const last = virtual.at(-1);

  const more = query?.hasNextPage ?? false;
  const nearEnd = last !== undefined && last.index >= tableRows.length - 20;
  useEffect(() => {
    if (nearEnd && more && query && !query.isFetching && !query.isError) void query.fetchNextPage();
  }, [nearEnd, more, query]);

  const focus = useRowFocus({
    count: tableRows.length,
    pageSize: 15,
    scrollTo: useCallback((index) => virtualizer.scrollToIndex(index, { align: 'auto' }), [virtualizer]),
    open: onOpen && ((index) => open(index)),
    toggle: selected && ((index) => tableRows[index]?.toggleSelected()),
  });
  const open = (index: number) => {
    const row = tableRows[index];
    if (row) onOpen?.(row.original);
  };

  if (query?.isError && rows.length === 0)
    return <ErrorState error={query.error} onRetry={() => void query.refetch()} />;
  const loading = query?.isPending ?? props.loading ?? false;
  if (!loading && rows.length === 0) return <>{props.empty ?? <EmptyState title={common.nothingHere} />}</>;

  const span = visible.length + (selected ? 1 : 0);
  const selectPinned = selected && visible[0]?.fixed ? 'select' : undefined;
  const minWidth = visible.reduce((sum, column) => sum + widthOf(column), selected ? SELECT_WIDTH : 0);
  return (
    <div
      ref={scroller}
      className={classes.scroller}
      data-fill={fill || undefined}
      data-flush={props.flush || undefined}
      style={fill ? undefined : { maxHeight }}
      aria-busy={query?.isFetching ?? false}
    >
      <table
        className={classes.table}
        style={
          {
            minWidth,
            '--row-height': `${rowHeight}px`,
            '--pinned-left': `${selected ? SELECT_WIDTH : 0}px`,
          } as React.CSSProperties
        }
        aria-label={props.label}
        aria-rowcount={more ? -1 : rows.length + 1}
        data-stale={query?.isPlaceholderData || undefined}
      >
        <colgroup>
          {selected && <col style={{ width: SELECT_WIDTH }} />}
          {visible.map((column) => (
            <col key={column.id} style={column.width ? { width: column.width } : undefined} />
          ))}
        </colgroup>
        <thead>
          <tr>
            {selected && (
              <th scope="col" data-pinned={selectPinned}>
                <Checkbox
                  size="xs"
                  aria-label={common.selectAll}
                  checked={rows.length > 0 && table.getIsAllRowsSelected()}
                  indeterminate={table.getIsSomeRowsSelected()}
                  onChange={() => table.toggleAllRowsSelected()}
                />
              </th>
            )}
            {visible.map((column) => (
              <HeaderCell
                key={column.id}
                column={column}
                pinned={pinnedOf(column, visible)}
                sort={props.sort}
                onSortChange={props.onSortChange}
              />
            ))}
          </tr>
        </thead>
        {loading ? (
          <SkeletonRows span={span} />
        ) : (
          <tbody ref={focus.body} onKeyDown={focus.onKeyDown}>
            {first && first.start > 0 && <Spacer span={span} height={first.start} />}
            {virtual.map((item) => {
              const row = tableRows[item.index]!;
              return (
                <tr
                  key={row.id}
                  data-index={item.index}
                  data-chosen={row.id === props.chosen || undefined}
                  aria-rowindex={item.index + 2}
                  aria-selected={selected ? row.getIsSelected() : undefined}
                  tabIndex={item.index === focus.focused ? 0 : -1}
                  onFocus={() => focus.setFocused(item.index)}
                  onDoubleClick={() => onOpen?.(row.original)}
                >
                  {selected && (
                    <td data-pinned={selectPinned}>
                      <Checkbox
                        size="xs"
                        tabIndex={-1}
                        aria-label={`${common.selectRow} ${row.id}`}
                        checked={row.getIsSelected()}
                        onChange={() => row.toggleSelected()}
                      />
                    </td>
                  )}
                  {visible.map((column) => (
                    <Cell
                      key={column.id}
                      align={column.align}
                      pinned={pinnedOf(column, visible)}
                      content={column.cell(row.original)}
                    />
                  ))}
                </tr>
              );
            })}
            {last && <Spacer span={span} height={virtualizer.getTotalSize() - last.end} />}
          </tbody>
        )}
      </table>
      {more && (
        <div className={classes.more}>
          <Button
            variant="subtle"
            loading={query?.isFetchingNextPage ?? false}
            onClick={() => void query?.fetchNextPage()}
          >
            {common.loadMore}
          </Button>
        </div>
      )}
    </div>
  );
}

/** A cell; text that may be cut off can be read in full on hover. */
function Cell(props: { align: Column<never>['align']; pinned: Pinned; content: ReactNode }) {
  const { align, pinned, content } = props;
  return (
    <td data-align={align} data-pinned={pinned} title={typeof content === 'string' ? content : undefined}>
      {content}
    </td>
  );
}

/** Stands for the rows that are not drawn. */
function Spacer({ span, height }: { span: number; height: number }) {
  if (height <= 0) return null;
  return (
    <tr aria-hidden className={classes.spacer}>
      <td colSpan={span} style={{ height }} />
    </tr>
  );
}

const skeletonRows = Array.from({ length: 12 }, (_, index) => `skeleton-${index}`);

function SkeletonRows({ span }: { span: number }) {
  return (
    <tbody>
      {skeletonRows.map((key) => (
        <tr key={key}>
          <td colSpan={span}>
            <Skeleton height={10} radius="sm" />
          </td>
        </tr>
      ))}
    </tbody>
  );
}
