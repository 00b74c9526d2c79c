import { Button, Group, SegmentedControl, Select, Stack, Text, TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useState } from 'react';
import {
  type BoxDifference,
  type DifferenceAction,
  differenceActions,
} from '../../../src-shared/contract/box-differences.ts';
import { useOperation, useOperationMutation } from '../../api/use-operation.ts';
import { reasonOf, boxDifferences as words } from '../../strings/box-differences.ts';
import { ErrorState } from '../ErrorState.tsx';
import classes from './BoxDifferences.module.css';

/** What becomes of the chosen devices; each choice says what it does. */
export function SettleBar({ chosen, onSettled }: { chosen: readonly BoxDifference[]; onSettled: () => void }) {
  const [action, setAction] = useState<DifferenceAction>('accept');
  const [orderId, setOrderId] = useState<string | null>(null);
  const [note, setNote] = useState('');
  const orders = useOperation(
    'listCustomerOrders',
    { query: { state: 'open', limit: 200 } },
    { enabled: action === 'move' },
  );
  const settle = useOperationMutation('settleBoxDifferences', {
    invalidates: ['listBoxDifferences', 'listOutboxEntries', 'getWorkstation', 'getCustomerOrder', 'listAllocations'],
    onSuccess: ({ items, settled, refused }) => {
      const [open] = items.filter(({ state }) => state === 'open');
      if (settled > 0) notifications.show({ message: words.settled(settled) });
      if (refused > 0)
        notifications.show({
          color: 'red',
          autoClose: 15_000,
          message: words.stillRefused(refused, open && action === 'retry' ? `${reasonOf(open)}.` : ''),
        });
      setNote('');
      onSettled();
    },
  });
  const actions = differenceActions.filter(
    (each) => each !== 'move' || chosen.every(({ kind }) => kind === 'take-out'),
  );
  const shown = actions.includes(action) ? action : 'accept';
  const body = { ids: chosen.map(({ id }) => id), action: shown, note };
  return (
    <Stack gap="xs" className={classes.bar ?? ''}>
      <SegmentedControl
        aria-label={words.settleLabel}
        fullWidth
        data={actions.map((each) => ({ value: each, label: words.actions[each] }))}
        value={shown}
        onChange={(next) => setAction(next as DifferenceAction)}
      />
      <Text size="sm">{words.hints[shown]}</Text>
      <Group gap="xs" align="flex-end">
        {shown === 'move' && (
          <Select
            label={words.order}
            required
            searchable
            flex="1 1 220px"
            data={(orders.data?.items ?? [])
              .filter((order) => chosen.every((each) => each.order.id !== order.id))
              .map((order) => ({ value: String(order.id), label: `${order.number} · ${order.client.name}` }))}
            value={orderId}
            onChange={setOrderId}
          />
        )}
        <TextInput
          label={words.note}
          flex="1 1 220px"
          maxLength={500}
          value={note}
          onChange={({ currentTarget }) => setNote(currentTarget.value)}
        />
        <Button
          disabled={chosen.length === 0 || (shown === 'move' && orderId === null)}
          loading={settle.isPending}
          onClick={() => settle.mutate({ body: shown === 'move' ? { ...body, orderId: Number(orderId) } : body })}
        >
          {chosen.length === 0 ? words.chosen(0) : words.apply[shown](chosen.length)}
        </Button>
      </Group>
      {settle.isError && <ErrorState error={settle.error} />}
    </Stack>
  );
}
