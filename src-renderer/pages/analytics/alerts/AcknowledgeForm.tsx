import { Text, Textarea } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useOperationMutation } from '../../../api/use-operation.ts';
import { FormModal, useOperationForm } from '../../../components/FormModal.tsx';
import { alerts as words } from '../../../strings/alerts.ts';

interface Props {
  alertIds: number[];
  opened: boolean;
  onClose: () => void;
  onDone: () => void;
}

/** Says of one or many alerts that somebody deals with them, and how. */
export function AcknowledgeForm({ alertIds, opened, onClose, onDone }: Props) {
  const form = useOperationForm({ initialValues: { note: '' } });
  const acknowledge = useOperationMutation('acknowledgeAlerts', { invalidates: ['listAlerts', 'getAlertSummary'] });
  return (
    <FormModal
      opened={opened}
      onClose={onClose}
      title={words.acknowledgeTitle(alertIds.length)}
      form={form}
      submitLabel={words.acknowledge}
      onSubmit={async ({ note }) => {
        const { acknowledged } = await acknowledge.mutateAsync({ body: { alertIds, note } });
        notifications.show({ message: words.acknowledged(acknowledged) });
        onDone();
      }}
    >
      <Text size="sm" c="dimmed">
        {words.acknowledgeHint}
      </Text>
      <Textarea
        label={words.note}
        placeholder={words.notePlaceholder}
        maxLength={1000}
        autosize
        minRows={2}
        data-autofocus
        {...form.getInputProps('note')}
      />
    </FormModal>
  );
}
