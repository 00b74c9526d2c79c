import { Button, Checkbox, Skeleton } from '@mantine/core';
import { columnVisibilityFeature, rowSelectionFeature, tableFeatures, useTable } from '@tanstack/react-table';
import { useVirtualizer } from '@tanstack/react-virtual';
import { type CSSProperties, type ReactNode, useCallback, useEffect, useMemo, useRef, useState } from 'react';
import type { Pages } from '../../api/use-operation.ts';
import { usePhone } from '../../hooks/use-phone.ts';
import { usePreferences } from '../../stores/preferences.ts';
import { usePrinting } from '../../stores/printing.ts';
import { common } from '../../strings/common.ts';
import { EmptyState } from '../EmptyState.tsx';
import { ErrorState } from '../ErrorState.tsx';
import { CardBar } from './CardBar.tsx';
import { CutText } from './CutText.tsx';
import { type Column, cardColumns, pinnedOf, sortRows, useHiddenColumns, widthOf } from './columns.ts';
import classes from './DataTable.module.css';
import { HeaderCell } from './HeaderCell.tsx';
import { Row } from './Row.tsx';
import { useColumnWidths } from './use-column-widths.ts';
import { useHiddenSides } from './use-hidden-sides.ts';
import { useRowFocus } from './use-row-focus.ts';
import { useSelectAll } from './use-select-all.ts';
import { useWholeTimes } from './use-whole-times.ts';

const features = tableFeatures({ columnVisibilityFeature, rowSelectionFeature });
const ROW_HEIGHT = { compact: 34, comfortable: 44 };
/** Of a card whose text does not wrap: its title with the space around it, and each fact. */
const CARD = { title: 56, fact: 24 };
const SELECT_WIDTH = 38;

export interface TableProps<T> {
  /** Names the table in the preferences of the person (chosen columns, their widths). */
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
  /** The server's sort; without it the table sorts its `rows` itself, by the columns that have a `value`. */
  sort?: string;
  onSortChange?: (sort: string) => void;
  /** A click on a row, or Enter. Give the first column a link as well. */
  onOpen?: (row: T) => void;
  /** Keys of the selected rows; with it come check boxes. */
  selected?: ReadonlySet<string>;
  onSelectedChange?: (selected: ReadonlySet<string>) => void;
  /** Selects all rows that match, where they are too many to load; otherwise the table loads them. */
  onSelectAll?: () => Promise<void>;
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
 * one tab stop with arrow keys; on a phone each row is a card. Sorting and filtering are the server's.
 */
export function DataTable<T extends object>(props: TableProps<T>) {
  const { columns, pages, rowKey, selected, onSelectedChange, onOpen, fill = false, maxHeight = '60vh' } = props;
  const [ownSort, setOwnSort] = useState<string | null>(null);
  const { sort = ownSort ?? undefined, onSortChange = props.rows && setOwnSort } = props;
  const rows = useMemo(
    () => pages?.items ?? sortRows(props.rows ?? [], columns, ownSort),
    [pages?.items, props.rows, columns, ownSort],
  );
  const query = pages?.query;
  const density = usePreferences((state) => state.density);
  const [hidden] = useHiddenColumns(props.name, columns);
  const isCards = usePhone();
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
  const chosenColumns = columns.filter((column) => !hidden.includes(column.id));
  const visible = isCards ? cardColumns(columns, chosenColumns) : chosenColumns;
  const tableRows = table.getRowModel().rows;

  const facts = visible.slice(1).filter((column) => column.header !== '').length;
  const rowHeight = isCards ? CARD.title + facts * CARD.fact : ROW_HEIGHT[density];
  const virtualizer = useVirtualizer({
    count: tableRows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    // Paper does not scroll: all rows at hand are drawn.
    overscan: usePrinting() ? tableRows.length : 12,
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: measured anew when the row height changes
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
  const { widths, begin } = useColumnWidths(props.name, scroller);
  const needed = useWholeTimes(scroller);
  const all = useSelectAll({
    pages,
    select: props.onSelectAll,
    onSelected: (items) => onSelectedChange?.(new Set(items.map((item) => String(rowKey(item))))),
  });

  const loading = query?.isPending ?? props.loading ?? false;
  useHiddenSides(scroller, rows.length > 0 || loading);

  if (query?.isError && rows.length === 0)
    return <ErrorState error={query.error} onRetry={() => void query.refetch()} />;
  if (!loading && rows.length === 0) return <>{props.empty ?? <EmptyState title={common.nothingHere} />}</>;

  const span = visible.length + (selected ? 1 : 0);
  const widthIn = (column: Column<T>): number | undefined => {
    const own = widths ? (widths[column.id] ?? widthOf(column)) : column.width;
    const least = needed[column.id];
    return least === undefined ? own : Math.max(own ?? 0, least);
  };
  const sum = visible.reduce(
    (total, column) => total + (widthIn(column) ?? widthOf(column)),
    selected ? SELECT_WIDTH : 0,
  );
  const selectBox = selected && (
    <Checkbox
      size="xs"
      aria-label={common.selectAll}
      disabled={all.isSelecting}
      checked={rows.length > 0 && table.getIsAllRowsSelected()}
      indeterminate={table.getIsSomeRowsSelected()}
      onChange={(event) => (event.currentTarget.checked && more ? void all.select() : table.toggleAllRowsSelected())}
    />
  );
  const sorting = { sort, onSortChange };
  return (
    <div
      ref={scroller}
      className={classes.scroller}
      data-fill={fill || undefined}
      data-flush={props.flush || undefined}
      data-cards={isCards || undefined}
      style={fill ? undefined : { maxHeight }}
      aria-busy={query?.isFetching ?? false}
    >
      {isCards && <CardBar columns={columns} {...sorting} selectBox={selectBox} />}
      <table
        className={classes.table}
        style={
          {
            [widths ? 'width' : 'minWidth']: isCards ? undefined : sum,
            '--row-height': `${rowHeight}px`,
            '--pinned-left': `${selected ? SELECT_WIDTH : 0}px`,
          } as CSSProperties
        }
        role={isCards ? 'table' : undefined}
        aria-label={props.label}
        aria-rowcount={more ? -1 : rows.length + 1}
        data-stale={query?.isPlaceholderData || undefined}
      >
        {!isCards && (
          <>
            <colgroup>
              {selected && <col style={{ width: SELECT_WIDTH }} />}
              {visible.map((column) => (
                <col key={column.id} style={{ width: widthIn(column) }} />
              ))}
            </colgroup>
            <thead>
              <tr>
                {selected && (
                  <th scope="col" data-pinned="select">
                    {selectBox}
                  </th>
                )}
                {visible.map((column) => (
                  <HeaderCell
                    key={column.id}
                    column={column}
                    pinned={pinnedOf(column, visible)}
                    {...sorting}
                    onDrag={(event) => begin(column.id, event)}
                  />
                ))}
              </tr>
            </thead>
          </>
        )}
        {loading ? (
          <SkeletonRows span={span} />
        ) : (
          <tbody ref={focus.body} role={isCards ? 'rowgroup' : undefined} onKeyDown={focus.onKeyDown}>
            {first && first.start > 0 && <Spacer span={span} height={first.start} />}
            {virtual.map(({ index }) => {
              const row = tableRows[index]!;
              return (
                <Row
                  key={row.id}
                  row={row.original}
                  id={row.id}
                  index={index}
                  columns={visible}
                  isCard={isCards}
                  measure={isCards ? virtualizer.measureElement : null}
                  isChosen={row.id === props.chosen}
                  isSelected={selected && row.getIsSelected()}
                  isTabStop={index === focus.focused}
                  onFocus={focus.setFocused}
                  onToggle={() => row.toggleSelected()}
                  onOpen={onOpen}
                />
              );
            })}
            {/* All of it at first: without a header nothing else gives the table a height, and so rows. */}
            <Spacer span={span} height={virtualizer.getTotalSize() - (last?.end ?? 0)} />
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
      {!isCards && <CutText root={scroller} />}
    </div>
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
