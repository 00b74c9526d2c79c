import { Alert, Group, SegmentedControl, Stack, Text } from '@mantine/core';
import type { UseFormReturnType } from '@mantine/form';
import { IconArrowsJoin } from '@tabler/icons-react';
import type { FieldChange } from '../../../src-shared/contract/problem.ts';
import { common } from '../../strings/common.ts';
import { editing as words } from '../../strings/editing.ts';
import { Time } from '../Time.tsx';
import type { Overtaken } from './use-editing.ts';

type Values = Record<string, unknown>;

interface Props<T extends Values> {
  overtaken: Overtaken<T>;
  form: UseFormReturnType<T>;
  labels: { readonly [K in keyof T & string]?: string };
}

/** What another saved while the form was open: field by field, with the choice between theirs and one's own. */
export function OvertakenNotice<T extends Values>({ overtaken, form, labels }: Props<T>) {
  const { clashes, taken, changes, mine, theirs } = overtaken;
  type Field = keyof T & string;
  const now = (field: Field) => overtaken.words[field] ?? inWords(theirs[field]);
  const label = (field: Field) => labels[field] ?? field;
  return (
    <Alert color="yellow" icon={<IconArrowsJoin aria-hidden />} title={words.title(whoOf(changes))} role="alert">
      <Stack gap="xs">
        <Text size="sm">{words.kept}</Text>
        {clashes.map((field) => (
          <div key={field}>
            <Text size="sm">
              <b>{label(field)}</b>: {words.setTo(changeOf(changes, field)?.by ?? null, now(field))}{' '}
              <Time value={changeOf(changes, field)?.at} relative absent="" />
            </Text>
            <SegmentedControl
              mt={4}
              size="xs"
              aria-label={words.choose(label(field))}
              value={JSON.stringify(form.values[field]) === JSON.stringify(theirs[field]) ? 'theirs' : 'mine'}
              onChange={(side) => form.setFieldValue(field, (side === 'theirs' ? theirs[field] : mine[field]) as never)}
              data={[
                { value: 'mine', label: words.mine },
                { value: 'theirs', label: words.theirs },
              ]}
            />
          </div>
        ))}
        {taken.length > 0 && (
          <Group gap={6}>
            <Text size="sm">
              {words.also} {taken.map((field) => `${label(field)}: ${now(field)}`).join('; ')}
            </Text>
          </Group>
        )}
      </Stack>
    </Alert>
  );
}

/** The change of a field, or the last one where the form splits a field of the record. */
const changeOf = (changes: readonly FieldChange[], field: string): FieldChange | undefined =>
  changes.find((change) => change.field === field) ?? changes[0];

const whoOf = (changes: readonly FieldChange[]): string[] => [...new Set(changes.flatMap(({ by }) => by ?? []))];

function inWords(value: unknown): string {
  if (value === null || value === undefined || value === '') return common.none;
  if (typeof value === 'boolean') return value ? common.yes : common.no;
  if (typeof value === 'number') return value.toLocaleString();
  return typeof value === 'string' ? value : JSON.stringify(value);
}
