import { SegmentedControl, Select, Text, Textarea } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { type OutboxEntry, settlementActions } from '../../../src-shared/contract/workstation.ts';
import { useOperation, useOperationMutation } from '../../api/use-operation.ts';
import { FormModal, useOperationForm } from '../../components/FormModal.tsx';
import { offline as words } from '../../strings/offline.ts';
import { centralWords } from './central-words.ts';

type Action = (typeof settlementActions)[number];

/** Asks what becomes of a scan that the central database refused. */
export function SettleConflict({ entry, onClose }: { entry: OutboxEntry; onClose: () => void }) {
  const form = useOperationForm({
    initialValues: { action: 'accept' as Action, orderId: null as string | null, note: '' },
  });
  const { action } = form.values;
  const orders = useOperation(
    'listCustomerOrders',
    { query: { state: 'open', limit: 200 } },
    { enabled: action === 'move' },
  );
  const settle = useOperationMutation('settleConflict', {
    invalidates: ['listOutboxEntries', 'getWorkstation', 'getCustomerOrder', 'listAllocations'],
  });
  const actions = settlementActions.filter((each) => entry.kind === 'scan' || each === 'accept' || each === 'dismiss');
  return (
    <FormModal
      opened
      onClose={onClose}
      title={words.settleTitle}
      form={form}
      size="lg"
      submitLabel={words.columns.settle}
      onSubmit={async (values) => {
        const settled = await settle.mutateAsync({
          params: { conflictId: entry.id },
          body: {
            action: values.action,
            note: values.note,
            ...(values.action === 'move' && values.orderId ? { orderId: Number(values.orderId) } : {}),
          },
        });
        if (settled.state === 'conflict')
          notifications.show({ color: 'red', message: words.retryFailed(centralWords(settled)) });
      }}
    >
      <Text size="sm">
        {entry.orderNumber} · {entry.macAddress ?? entry.scanned} · {centralWords(entry)}
      </Text>
      <SegmentedControl
        aria-label={words.settleAction}
        fullWidth
        data={actions.map((each) => ({ value: each, label: words.actions[each] }))}
        {...form.getInputProps('action')}
      />
      {action === 'move' && (
        <Select
          label={words.settleOrder}
          required
          searchable
          data={(orders.data?.items ?? [])
            .filter((order) => order.id !== entry.orderId)
            .map((order) => ({ value: String(order.id), label: `${order.number} · ${order.client.name}` }))}
          {...form.getInputProps('orderId')}
        />
      )}
      <Textarea
        label={words.settleNote}
        required={action === 'dismiss'}
        maxLength={500}
        autosize
        minRows={2}
        {...form.getInputProps('note')}
      />
    </FormModal>
  );
}
