import { UnstyledButton, VisuallyHidden } from '@mantine/core';
import { IconArrowDown, IconArrowsSort, IconArrowUp } from '@tabler/icons-react';
import type { PointerEvent } from 'react';
import { common } from '../../strings/common.ts';
import { Term } from '../Term.tsx';
import type { Column, Pinned } from './columns.ts';
import classes from './DataTable.module.css';

interface Props<T> {
  column: Column<T>;
  pinned: Pinned;
  sort: string | undefined;
  onSortChange: ((sort: string) => void) | undefined;
  /** A drag of its right edge begins. */
  onDrag: (event: PointerEvent<HTMLElement>) => void;
}

/** What a column is sorted by: the server's word, or its own name where the rows are at hand. */
export const sortWord = <T,>(column: Column<T>): string | undefined => column.sort ?? (column.value && column.id);

/** A header; a button where it can be sorted by. First click: largest or latest first. Its right edge changes the width. */
export function HeaderCell<T>({ column, pinned, sort, onSortChange, onDrag }: Props<T>) {
  const word = sortWord(column);
  const sortable = word !== undefined && onSortChange !== undefined;
  const ascending = sortable && sort === word;
  const descending = sortable && sort === `-${word}`;
  const state = ascending ? 'ascending' : descending ? 'descending' : 'none';
  const Icon = ascending ? IconArrowUp : descending ? IconArrowDown : IconArrowsSort;
  return (
    <th
      scope="col"
      data-column={column.id}
      data-align={column.align}
      data-pinned={pinned}
      {...(sortable ? { 'aria-sort': state } : {})}
    >
      {sortable ? (
        <UnstyledButton
          className={classes.sort ?? ''}
          data-active={ascending || descending || undefined}
          title={common.sortBy(column.header)}
          onClick={() => onSortChange(descending ? word : `-${word}`)}
        >
          {column.header}
          <Icon size={13} aria-hidden />
        </UnstyledButton>
      ) : (
        column.header || <VisuallyHidden>{common.actions}</VisuallyHidden>
      )}
      {column.term && <Term of={column.term} />}
      {column.header && <span className={classes.grip} aria-hidden onPointerDown={onDrag} />}
    </th>
  );
}
