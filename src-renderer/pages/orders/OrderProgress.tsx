import { Group, Progress, Text } from '@mantine/core';
import type { CustomerOrder } from '../../../src-shared/contract/customer-orders.ts';
import { orders as words } from '../../strings/orders.ts';

/** How far an order is filled: as a bar and in figures. */
export function OrderProgress({ order }: { order: CustomerOrder }) {
  const text = words.progressOf(order.allocatedCount, order.quantity);
  return (
    <Group gap="xs" wrap="nowrap">
      <Progress
        flex={1}
        miw={50}
        value={(100 * order.allocatedCount) / order.quantity}
        color={order.allocatedCount >= order.quantity ? 'teal' : 'iris'}
        aria-label={text}
      />
      <Text size="xs" style={{ whiteSpace: 'nowrap' }}>
        {text}
      </Text>
    </Group>
  );
}
