import { Badge } from '@mantine/core';
import { IconBan, IconBox, IconCheck, IconLock } from '@tabler/icons-react';
import type { CustomerOrder } from '../../../src-shared/contract/customer-orders.ts';
import { orders } from '../../strings/orders.ts';

const looks = {
  open: { color: 'iris', icon: IconBox },
  filled: { color: 'teal', icon: IconCheck },
  closed: { color: 'gray', icon: IconLock },
  cancelled: { color: 'gray', icon: IconBan },
} as const;

export function OrderState({ state }: { state: CustomerOrder['state'] }) {
  const { color, icon: Icon } = looks[state];
  return (
    <Badge color={color} variant="light" tt="none" leftSection={<Icon size={12} aria-hidden />}>
      {orders.states[state]}
    </Badge>
  );
}
