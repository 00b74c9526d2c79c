import { Select, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { type ReturnReason, returnReasons } from '../../../src-shared/contract/trackers.ts';
import { call } from '../../api/client.ts';
import { invalidateOperations } from '../../api/invalidate.ts';
import { FormModal, useOperationForm } from '../../components/FormModal.tsx';
import { orders } from '../../strings/orders.ts';
import { trackers as allWords } from '../../strings/trackers.ts';
import { chunks } from './assign.ts';

const { retire: words } = allWords;
const changed = [
  'listTrackers',
  'countTrackers',
  'getTracker',
  'getOverview',
  'listProductionRuns',
  'listAllocations',
] as const;

interface Props {
  trackerIds: readonly number[];
  opened: boolean;
  onClose: () => void;
  onDone?: () => void;
}

/** Takes trackers out of use, with the reason. */
export function RetireModal({ trackerIds, opened, onClose, onDone }: Props) {
  const form = useOperationForm({ initialValues: { reason: 'lost' as ReturnReason } });
  return (
    <FormModal
      opened={opened}
      onClose={onClose}
      title={words.title(trackerIds.length)}
      form={form}
      submitLabel={words.submit}
      onSubmit={async ({ reason }) => {
        let retired = 0;
        try {
          for (const ids of chunks(trackerIds))
            retired += (await call('retireTrackers', { body: { trackerIds: ids, reason } })).retired;
        } finally {
          invalidateOperations([...changed]);
        }
        notifications.show({ message: words.done(retired) });
        onDone?.();
      }}
    >
      <Text size="sm" c="dimmed">
        {words.hint}
      </Text>
      <Select
        label={words.reason}
        allowDeselect={false}
        data={returnReasons.map((value) => ({ value, label: orders.reasons[value] }))}
        {...form.getInputProps('reason')}
      />
    </FormModal>
  );
}

/** Takes retired trackers into use again. */
export async function bringBack(trackerIds: readonly number[]): Promise<void> {
  let all = 0;
  try {
    for (const ids of chunks(trackerIds))
      all += (await call('bringBackTrackers', { body: { trackerIds: ids } })).broughtBack;
  } finally {
    invalidateOperations([...changed]);
  }
  notifications.show({ message: allWords.broughtBack(all) });
}
