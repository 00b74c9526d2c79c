import { ActionIcon, Group, NativeSelect, Text } from '@mantine/core';
import { IconSortAscending, IconSortDescending } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { common } from '../../strings/common.ts';
import type { Column } from './columns.ts';
import classes from './DataTable.module.css';
import { sortWord } from './HeaderCell.tsx';

interface Props<T> {
  columns: Column<T>[];
  sort: string | undefined;
  onSortChange: ((sort: string) => void) | undefined;
  selectBox: ReactNode;
}

/** What the header of the table does, above its cards. */
export function CardBar<T>({ columns, sort, onSortChange, selectBox }: Props<T>) {
  const sortable = onSortChange ? columns.filter((column) => sortWord(column) !== undefined) : [];
  if (sortable.length === 0 && !selectBox) return null;
  const descending = sort?.startsWith('-') ?? false;
  const word = sort?.replace(/^-/, '') ?? '';
  const options = sortable.map((column) => ({ value: sortWord(column)!, label: common.sortBy(column.header) }));
  const known = options.some(({ value }) => value === word);
  return (
    <Group className={classes.cardBar} gap="xs" wrap="nowrap">
      {selectBox}
      {selectBox && sortable.length === 0 && <Text size="xs">{common.selectAll}</Text>}
      {sortable.length > 0 && (
        <>
          <NativeSelect
            aria-label={common.sort}
            flex={1}
            data={known ? options : [{ value: '', label: common.sort }, ...options]}
            value={known ? word : ''}
            onChange={(event) => onSortChange?.(`${descending ? '-' : ''}${event.currentTarget.value}`)}
          />
          <ActionIcon
            aria-label={descending ? common.sortUp : common.sortDown}
            disabled={!known}
            onClick={() => onSortChange?.(descending ? word : `-${word}`)}
          >
            {descending ? <IconSortDescending size={18} /> : <IconSortAscending size={18} />}
          </ActionIcon>
        </>
      )}
    </Group>
  );
}
