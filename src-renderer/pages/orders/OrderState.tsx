import { IconBan, IconBox, IconCheck, IconLock } from '@tabler/icons-react';
import type { CustomerOrder } from '../../../src-shared/contract/customer-orders.ts';
import { StateBadge } from '../../components/StateBadge.tsx';
import { orders } from '../../strings/orders.ts';

const looks = {
  open: { tone: 'busy', icon: IconBox },
  filled: { tone: 'good', icon: IconCheck },
  closed: { tone: 'quiet', icon: IconLock },
  cancelled: { tone: 'quiet', icon: IconBan },
} as const;

export function OrderState({ state }: { state: CustomerOrder['state'] }) {
  return <StateBadge {...looks[state]} label={orders.states[state]} />;
}
