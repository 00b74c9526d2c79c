import { Button, Group, Paper, Select, Stack, Text, Title } from '@mantine/core';
import { useState } from 'react';
import type { ImportField } from '../../../src-shared/contract/device-imports.ts';
import type { ImportGlimpse } from '../../../src-shared/contract/jobs.ts';
import { importing as words } from '../../strings/importing.ts';
import classes from './Import.module.css';

export type ColumnChoice = Partial<Record<ImportField, number>>;

interface Props {
  fields: readonly ImportField[];
  glimpse: ImportGlimpse;
  /** As the check found them or was told. */
  columns: ColumnChoice;
  busy: boolean;
  onCheck: (columns: ColumnChoice) => void;
}

/** Which column of the file holds what: found by name, and changed here where names say nothing. */
export function ColumnMapping({ fields, glimpse, columns, busy, onCheck }: Props) {
  const [chosen, setChosen] = useState<ColumnChoice>(columns);
  const options = glimpse.header.map((name, at) => ({
    value: String(at + 1),
    label: words.columnNumber(at + 1, name),
  }));
  const sampleOf = (column: number | undefined) =>
    column === undefined ? undefined : glimpse.sample.map((row) => row[column - 1]).find((cell) => cell);
  return (
    <Paper withBorder p="md" component="section" aria-label={words.chooseColumns}>
      <Stack gap="sm">
        <div>
          <Title order={3}>{words.chooseColumns}</Title>
          <Text size="sm" c="dimmed">
            {words.chooseColumnsHint}
          </Text>
        </div>
        <div className={classes.mapping}>
          {fields.map((field) => {
            const sample = sampleOf(chosen[field]);
            return (
              <Select
                key={field}
                label={words.fields[field] ?? field}
                placeholder={words.notInFile}
                description={sample ? words.example(sample) : undefined}
                inputWrapperOrder={['label', 'input', 'description']}
                clearable
                searchable
                data={options}
                value={chosen[field] === undefined ? null : String(chosen[field])}
                onChange={(value) => {
                  const { [field]: _, ...rest } = chosen;
                  setChosen(value === null ? rest : { ...rest, [field]: Number(value) });
                }}
              />
            );
          })}
        </div>
        <Group>
          <Button
            variant="default"
            loading={busy}
            disabled={Object.keys(chosen).length === 0}
            onClick={() => onCheck(chosen)}
          >
            {words.checkAgain}
          </Button>
        </Group>
      </Stack>
    </Paper>
  );
}

/** As the API takes the choice: `macAddress:3,serialNumber:1`. */
export const columnsParameter = (columns: ColumnChoice): string =>
  Object.entries(columns)
    .map(([field, at]) => `${field}:${at}`)
    .join(',');
