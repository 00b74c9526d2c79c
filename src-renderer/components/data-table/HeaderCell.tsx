import { UnstyledButton, VisuallyHidden } from '@mantine/core';
import { IconArrowDown, IconArrowsSort, IconArrowUp } from '@tabler/icons-react';
import { common } from '../../strings/common.ts';
import { Term } from '../Term.tsx';
import type { Column, Pinned } from './columns.ts';
import classes from './DataTable.module.css';

interface Props<T> {
  column: Column<T>;
  pinned: Pinned;
  sort: string | undefined;
  onSortChange: ((sort: string) => void) | undefined;
}

/** A header; a button where the server can sort by it. First click: largest or latest first. */
export function HeaderCell<T>({ column, pinned, sort, onSortChange }: Props<T>) {
  const ascending = sort === column.sort;
  const descending = sort === `-${column.sort}`;
  const sortable = column.sort !== undefined && onSortChange !== undefined;
  const state = ascending ? 'ascending' : descending ? 'descending' : 'none';
  const Icon = ascending ? IconArrowUp : descending ? IconArrowDown : IconArrowsSort;
  return (
    <th scope="col" data-align={column.align} data-pinned={pinned} {...(sortable ? { 'aria-sort': state } : {})}>
      {sortable ? (
        <UnstyledButton
          className={classes.sort ?? ''}
          data-active={ascending || descending || undefined}
          title={common.sortBy(column.header)}
          onClick={() => onSortChange(descending ? `${column.sort}` : `-${column.sort}`)}
        >
          {column.header}
          <Icon size={13} aria-hidden />
        </UnstyledButton>
      ) : (
        column.header || <VisuallyHidden>{common.actions}</VisuallyHidden>
      )}
      {column.term && <Term of={column.term} />}
    </th>
  );
}
