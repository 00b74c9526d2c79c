import { Button, Group, NumberInput, Paper, Select, Stack, Text, Title } from '@mantine/core';
import { useState } from 'react';
import type { ImportField } from '../../../src-shared/contract/device-imports.ts';
import type { ImportGlimpse } from '../../../src-shared/contract/jobs.ts';
import { importing as words } from '../../strings/importing.ts';
import classes from './Import.module.css';

export type ColumnChoice = Partial<Record<ImportField, number>>;

/** How a file is read, where a person chose it, in the words of the API. */
export interface HowToRead {
  columns?: string;
  headerRow?: string;
  sheet?: string;
}

interface Props {
  fields: readonly ImportField[];
  glimpse: ImportGlimpse;
  /** As the check found them or was told. */
  columns: ColumnChoice;
  busy: boolean;
  onCheck: (how: HowToRead) => void;
}

/** Where the table is in the file, and which column holds what: found by names, and changed here where they say nothing. */
export function ColumnMapping({ fields, glimpse, columns, busy, onCheck }: Props) {
  const [chosen, setChosen] = useState<ColumnChoice>(columns);
  const [headerRow, setHeaderRow] = useState(glimpse.headerRow);
  const [sheet, setSheet] = useState(glimpse.sheets?.read ?? null);
  const shown = glimpse.sheets?.shown ?? [];
  const otherSheet = sheet !== (glimpse.sheets?.read ?? null);
  /** Another table has other columns: they are found by their names first. */
  const elsewhere = otherSheet || headerRow !== glimpse.headerRow;
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
          {shown.length > 1 && (
            <Select
              label={words.sheet}
              data={[...new Set(shown)]}
              value={sheet}
              allowDeselect={false}
              onChange={setSheet}
            />
          )}
          {headerRow !== null && (
            <NumberInput
              label={words.headerRow}
              description={words.headerRowHint}
              inputWrapperOrder={['label', 'input', 'description']}
              min={1}
              max={9999}
              allowDecimal={false}
              value={headerRow}
              onChange={(value) => setHeaderRow(Number(value) || 1)}
            />
          )}
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
                disabled={elsewhere}
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
            disabled={!elsewhere && Object.keys(chosen).length === 0}
            onClick={() =>
              onCheck({
                ...(elsewhere ? {} : { columns: columnsParameter(chosen) }),
                // Of another sheet the header is looked for anew, unless its row was chosen as well.
                ...(headerRow === null || (otherSheet && headerRow === glimpse.headerRow)
                  ? {}
                  : { headerRow: String(headerRow) }),
                ...(sheet === null ? {} : { sheet }),
              })
            }
          >
            {elsewhere ? words.readHere : words.checkAgain}
          </Button>
        </Group>
      </Stack>
    </Paper>
  );
}

/** As the API takes the choice: `macAddress:3,serialNumber:1`. */
const columnsParameter = (columns: ColumnChoice): string =>
  Object.entries(columns)
    .map(([field, at]) => `${field}:${at}`)
    .join(',');
