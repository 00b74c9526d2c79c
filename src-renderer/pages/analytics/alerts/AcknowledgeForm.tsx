import { Text, Textarea } from '@mantine/core';
import { FormModal, useOperationForm } from '../../../components/FormModal.tsx';
import { alerts as words } from '../../../strings/alerts.ts';

interface Props {
  count: number;
  opened: boolean;
  onClose: () => void;
  onAcknowledge: (note: string) => Promise<void>;
}

/** Says of one or many alerts that somebody deals with them, and how. */
export function AcknowledgeForm({ count, opened, onClose, onAcknowledge }: Props) {
  const form = useOperationForm({ initialValues: { note: '' } });
  return (
    <FormModal
      opened={opened}
      onClose={onClose}
      title={words.acknowledgeTitle(count)}
      form={form}
      submitLabel={words.acknowledge}
      onSubmit={({ note }) => onAcknowledge(note)}
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
