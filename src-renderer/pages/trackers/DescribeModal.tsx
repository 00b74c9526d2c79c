import { Checkbox, Group, TagsInput, Text, Textarea, TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import type { OperationId } from '../../../src-shared/contract/routes.ts';
import { call, type OperationOutput } from '../../api/client.ts';
import { invalidateOperations } from '../../api/invalidate.ts';
import { FormModal, useOperationForm } from '../../components/FormModal.tsx';
import { notifyUndo } from '../../components/notify-undo.tsx';
import { trackers } from '../../strings/trackers.ts';
import { chunks } from './assign.ts';

const { describe: words, columns: names } = trackers;
/** What tells the words of run periods. */
export const wordReads: OperationId[] = ['listTrackers', 'countTrackers', 'getTracker', 'listTrackerGoods'];

interface Props {
  trackerIds: readonly number[];
  opened: boolean;
  onClose: () => void;
  onDone: () => void;
}
type Undo = OperationOutput<'describeTrackers'>['undo'];

/** Describes what many trackers are fixed to; what is left blank stays. Can be undone. */
export function DescribeModal({ trackerIds, opened, onClose, onDone }: Props) {
  const form = useOperationForm({
    initialValues: {
      name: '',
      goodsReference: '',
      note: '',
      addTags: [] as string[],
      removeTags: [] as string[],
      empty: [] as string[],
    },
  });
  const text = (field: 'name' | 'goodsReference' | 'note', value: string, empty: readonly string[]) =>
    empty.includes(field) ? { [field]: null } : value.trim() === '' ? {} : { [field]: value };
  return (
    <FormModal
      opened={opened}
      onClose={onClose}
      title={words.title(trackerIds.length)}
      form={form}
      submitLabel={words.submit}
      onSubmit={async ({ name, goodsReference, note, addTags, removeTags, empty }) => {
        const set = {
          ...text('name', name, empty),
          ...text('goodsReference', goodsReference, empty),
          ...text('note', note, empty),
        };
        const undo: Undo = [];
        const refused: { reason: string }[] = [];
        try {
          for (const ids of chunks(trackerIds)) {
            const done = await call('describeTrackers', { body: { trackerIds: ids, set, addTags, removeTags } });
            undo.push(...done.undo);
            refused.push(...done.refused);
          }
        } finally {
          invalidateOperations(wordReads);
        }
        notifyUndo(words.done(undo.length), async () => {
          for (const periods of chunks(undo)) await call('restoreRunPeriods', { body: { periods } });
          invalidateOperations(wordReads);
        });
        const [first] = refused;
        if (first) notifications.show({ color: 'yellow', message: words.refused(refused.length, first.reason) });
        form.reset();
        onDone();
      }}
    >
      <Text size="sm" c="dimmed">
        {words.hint} {words.bulkHint}
      </Text>
      <TextInput label={names.name} maxLength={200} {...form.getInputProps('name')} />
      <TextInput label={names.goodsReference} maxLength={100} {...form.getInputProps('goodsReference')} />
      <TagsInput label={words.addTags} description={words.tagsHint} maxTags={20} {...form.getInputProps('addTags')} />
      <TagsInput label={words.removeTags} maxTags={20} {...form.getInputProps('removeTags')} />
      <Textarea label={names.note} autosize minRows={2} maxLength={2000} {...form.getInputProps('note')} />
      <Checkbox.Group {...form.getInputProps('empty')}>
        <Group gap="md">
          {(['name', 'goodsReference', 'note'] as const).map((field) => (
            <Checkbox key={field} size="xs" value={field} label={words.clear(names[field])} />
          ))}
        </Group>
      </Checkbox.Group>
    </FormModal>
  );
}
