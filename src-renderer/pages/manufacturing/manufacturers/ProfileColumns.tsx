import { ActionIcon, Checkbox, Group, Stack, Text, TextInput } from '@mantine/core';
import { IconArrowDown, IconArrowUp } from '@tabler/icons-react';
import { type ExportField, type ExportProfile, exportFields } from '../../../../src-shared/contract/export-profile.ts';
import { manufacturers } from '../../../strings/manufacturers.ts';

const { profile: words } = manufacturers;
type Columns = ExportProfile['columns'];

const snake = (name: string) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

interface Props {
  columns: Columns;
  /** Of the names that new columns get: `serial_number` in a table, `serialNumber` in JSON. */
  snakeCase: boolean;
  onChange: (columns: Columns) => void;
}

/** Which fields the file has, in which order and under which names; those that are left out come last. */
export function ProfileColumns({ columns, snakeCase, onChange }: Props) {
  const used = columns.map(({ field }) => field);
  const fields: ExportField[] = [...used, ...exportFields.filter((field) => !used.includes(field))];
  const move = (at: number, by: -1 | 1) => {
    const next = [...columns];
    const [moved] = next.splice(at, 1);
    if (moved) next.splice(at + by, 0, moved);
    onChange(next);
  };
  return (
    <Stack gap={6} component="fieldset" p={0} m={0} style={{ border: 0 }}>
      <Text component="legend" size="sm" fw={500}>
        {words.columns}
      </Text>
      <Text size="xs" c="dimmed">
        {words.columnsHint}
      </Text>
      {fields.map((field) => {
        const at = used.indexOf(field);
        const name = words.fields[field];
        return (
          <Group key={field} gap="xs" wrap="nowrap">
            <Checkbox
              w={190}
              label={name}
              checked={at >= 0}
              disabled={field === 'advertisementKey'}
              onChange={(event) =>
                onChange(
                  event.currentTarget.checked
                    ? [...columns, { field, name: snakeCase ? snake(field) : field }]
                    : columns.filter((column) => column.field !== field),
                )
              }
            />
            <TextInput
              style={{ flex: 1 }}
              aria-label={words.columnName(name)}
              maxLength={60}
              disabled={at < 0}
              value={at < 0 ? '' : (columns[at]?.name ?? '')}
              onChange={(event) => {
                const text = event.currentTarget.value;
                onChange(columns.map((column) => (column.field === field ? { field, name: text } : column)));
              }}
            />
            <ActionIcon variant="subtle" aria-label={words.up(name)} disabled={at <= 0} onClick={() => move(at, -1)}>
              <IconArrowUp size={15} />
            </ActionIcon>
            <ActionIcon
              variant="subtle"
              aria-label={words.down(name)}
              disabled={at < 0 || at === columns.length - 1}
              onClick={() => move(at, 1)}
            >
              <IconArrowDown size={15} />
            </ActionIcon>
          </Group>
        );
      })}
    </Stack>
  );
}
