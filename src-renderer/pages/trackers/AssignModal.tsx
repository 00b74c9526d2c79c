import { Checkbox, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useOperationMutation } from '../../api/use-operation.ts';
import { FormModal, useOperationForm } from '../../components/FormModal.tsx';
import { ReferenceSelect } from '../../components/ReferenceSelect.tsx';
import { trackers } from '../../strings/trackers.ts';

const { assign: words } = trackers;

interface Props {
  trackerIds: number[];
  opened: boolean;
  onClose: () => void;
  onDone: () => void;
}

/** Moves the selected trackers to a production run, or out of theirs. */
export function AssignModal({ trackerIds, opened, onClose, onDone }: Props) {
  const assign = useOperationMutation('assignTrackers', {
    invalidates: ['listTrackers', 'countTrackers', 'getTracker', 'getOverview', 'listProductionRuns'],
  });
  const form = useOperationForm({
    initialValues: { productionRunId: null as number | null, takeOut: false },
    validate: { productionRunId: (id, values) => (id === null && !values.takeOut ? words.runNeeded : null) },
  });
  return (
    <FormModal
      opened={opened}
      onClose={onClose}
      title={words.title(trackerIds.length)}
      form={form}
      submitLabel={words.submit}
      onSubmit={async ({ productionRunId, takeOut }) => {
        const { moved } = await assign.mutateAsync({
          body: { trackerIds, productionRunId: takeOut ? null : productionRunId },
        });
        notifications.show({ message: words.done(moved) });
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
