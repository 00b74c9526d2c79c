import { Button, Checkbox, Popover, Stack } from '@mantine/core';
import { IconColumns } from '@tabler/icons-react';
import { usePhone } from '../../hooks/use-phone.ts';
import { common } from '../../strings/common.ts';
import { type Column, useHiddenColumns } from './columns.ts';
import { useResetWidths } from './use-column-widths.ts';

/** Lets the person choose the columns of the table of this name; a phone shows cards, which have none. */
export function ColumnChoice<T>({ name, columns }: { name: string; columns: Column<T>[] }) {
  const [hidden, setHidden] = useHiddenColumns(name, columns);
  const resetWidths = useResetWidths(name);
  const isPhone = usePhone();
  if (isPhone) return null;
  const named = columns.filter((column) => column.header !== '');
  return (
    <Popover position="bottom-end" shadow="md" trapFocus>
      <Popover.Target>
        <Button variant="default" leftSection={<IconColumns size={15} aria-hidden />}>
          {common.columns}
        </Button>
      </Popover.Target>
      <Popover.Dropdown>
        <Stack gap={8}>
          {named.map((column) => (
            <Checkbox
              key={column.id}
              size="xs"
              label={column.header}
              disabled={column.fixed ?? false}
              checked={!hidden.includes(column.id)}
              onChange={(event) =>
                setHidden(
                  event.currentTarget.checked ? hidden.filter((id) => id !== column.id) : [...hidden, column.id],
                )
              }
            />
          ))}
          {resetWidths && (
            <Button size="compact-xs" variant="subtle" onClick={resetWidths}>
              {common.resetWidths}
            </Button>
          )}
        </Stack>
      </Popover.Dropdown>
    </Popover>
  );
}
