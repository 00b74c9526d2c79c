import { Text } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import type { CustomerOrder } from '../../../src-shared/contract/customer-orders.ts';
import { dueOf } from '../../../src-shared/domain/due-date.ts';
import { CalendarDate } from '../../components/Time.tsx';
import { orders as words } from '../../strings/orders.ts';

/** The due date, and in words and colour when it presses. */
export function DueDate({ order }: { order: CustomerOrder }) {
  if (!order.dueDate) return null;
  const due = dueOf(order, new Date());
  const pressing = due.kind === 'late' || due.kind === 'today' || due.kind === 'soon';
  return (
    <span style={{ whiteSpace: 'nowrap' }}>
      <CalendarDate value={order.dueDate} />
      {pressing && (
        <Text
          component="span"
          size="xs"
          fw={600}
          ml={8}
          c={due.kind === 'late' ? 'var(--attention)' : 'var(--status-in-transit-text)'}
        >
          {due.kind === 'late' && (
            <IconAlertTriangle size={13} style={{ verticalAlign: -2, marginRight: 3 }} aria-hidden />
          )}
          {due.kind === 'late' ? words.late(due.days) : due.kind === 'today' ? words.dueToday : words.dueIn(due.days)}
        </Text>
      )}
    </span>
  );
}
