import { Fieldset, Group, NumberInput, Select, Text } from '@mantine/core';
import type { UseFormReturnType } from '@mantine/form';
import { fetcher } from '../../strings/fetcher.ts';

const { form: words } = fetcher;

/** The choice that leaves it to the fetcher. */
export const LEARNED = 'learned';
const withLearned = (labels: Record<string, string>) =>
  Object.entries({ [LEARNED]: words.learned, ...labels }).map(([value, label]) => ({ value, label }));

interface Answers {
  dates: string;
  entries: string;
  reachDays: number | string;
}

/** How a source answers, where a person knows better than the fetcher. */
export function HowItAnswers<Values extends Answers>({
  form,
  newer,
}: {
  form: UseFormReturnType<Values>;
  /** The newer form of Apple's endpoint, the only one with entries. */
  newer: boolean;
}) {
  return (
    <Fieldset legend={words.answers}>
      <Text size="xs" c="dimmed" mb="xs">
        {words.answersHint}
      </Text>
      <Group grow align="flex-end">
        <Select
          label={words.dates}
          allowDeselect={false}
          data={withLearned(words.datesOf)}
          {...form.getInputProps('dates')}
        />
        <NumberInput
          label={words.reach}
          placeholder={words.learned}
          clampBehavior="none"
          {...form.getInputProps('reachDays')}
        />
      </Group>
      {newer && (
        <Select
          mt="xs"
          label={words.entries}
          allowDeselect={false}
          data={withLearned(words.entriesOf)}
          {...form.getInputProps('entries')}
        />
      )}
    </Fieldset>
  );
}
