import { Checkbox, Text } from '@mantine/core';
import { FormModal, useOperationForm } from '../../components/FormModal.tsx';
import { notifyUndo } from '../../components/notify-undo.tsx';
import { ReferenceSelect } from '../../components/ReferenceSelect.tsx';
import { trackers as allWords } from '../../strings/trackers.ts';
import { assignTrackers, restoreRuns } from './assign.ts';
import type { Selected } from './use-selection.ts';

const { assign: words } = allWords;

interface Props {
  trackers: readonly Selected[];
  opened: boolean;
  onClose: () => void;
  onDone: () => void;
}

/** Moves the selected trackers to a production run, or out of theirs; it can be taken back. */
export function AssignModal({ trackers, opened, onClose, onDone }: Props) {
  const form = useOperationForm({
    initialValues: { productionRunId: null as number | null, takeOut: false },
    validate: { productionRunId: (id, values) => (id === null && !values.takeOut ? words.runNeeded : null) },
  });
  return (
    <FormModal
      opened={opened}
      onClose={onClose}
      title={words.title(trackers.length)}
      form={form}
      submitLabel={words.submit}
      onSubmit={async ({ productionRunId, takeOut }) => {
        const before = [...trackers];
        const moved = await assignTrackers(
          before.map(({ id }) => id),
          takeOut ? null : productionRunId,
        );
        notifyUndo(words.done(moved), () => restoreRuns(before));
        onDone();
      }}
    >
      <Text size="sm" c="dimmed">
        {words.hint}
      </Text>
      <ReferenceSelect
        kind="productionRun"
        label={words.run}
        data-autofocus
        disabled={form.values.takeOut}
        value={form.values.productionRunId}
        onChange={(id) => form.setFieldValue('productionRunId', id)}
        error={form.errors.productionRunId}
      />
      <Checkbox label={words.takeOut} {...form.getInputProps('takeOut', { type: 'checkbox' })} />
    </FormModal>
  );
}
