import { Checkbox, Stack } from '@mantine/core';
import { fences as words } from '../../strings/fences.ts';

interface Props {
  /** `changed` is how many of their trackers would have another history, where that is known. */
  runs: readonly { id: number; name: string; changed?: number }[];
  /** Ids of those that take the change up. */
  value: string[];
  onChange: (ids: string[]) => void;
}

/** Runs that are over keep their history, unless the person chooses them. */
export function FinishedRuns({ runs, value, onChange }: Props) {
  if (runs.length === 0) return null;
  return (
    <Checkbox.Group label={words.finished} value={value} onChange={onChange}>
      <Stack gap={4} mt={4}>
        {runs.map(({ id, name, changed }) => (
          <Checkbox
            key={id}
            size="xs"
            value={String(id)}
            label={changed === undefined ? name : words.finishedRun(name, changed)}
          />
        ))}
      </Stack>
    </Checkbox.Group>
  );
}
