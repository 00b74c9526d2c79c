import { Text, TextInput } from '@mantine/core';
import { FormModal, useOperationForm } from '../../components/FormModal.tsx';
import { fetcher } from '../../strings/fetcher.ts';

const { failures: words } = fetcher;

interface Props {
  /** How many trackers are to be muted. */
  count: number;
  opened: boolean;
  onClose: () => void;
  onMute: (note: string | null) => Promise<unknown>;
}

/** Asks why trackers are muted; the reason is kept with them. */
export function MuteModal({ count, opened, onClose, onMute }: Props) {
  const form = useOperationForm({ initialValues: { note: '' } });
  return (
    <FormModal
      opened={opened}
      onClose={onClose}
      title={words.muteTitle(count)}
      submitLabel={words.mute}
      form={form}
      onSubmit={({ note }) => onMute(note.trim() || null)}
    >
      <Text size="sm">{words.muteBody}</Text>
      <TextInput label={words.note} maxLength={500} data-autofocus {...form.getInputProps('note')} />
    </FormModal>
  );
}
