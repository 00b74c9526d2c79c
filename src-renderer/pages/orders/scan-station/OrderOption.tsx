import { Progress } from '@mantine/core';
import type { CustomerOrder } from '../../../../src-shared/contract/customer-orders.ts';
import { formatInstant } from '../../../dates/format.ts';
import { count } from '../../../strings/format.ts';
import { scanStation as words } from '../../../strings/scan-station.ts';
import { DueDate } from '../DueDate.tsx';
import { OrderState } from '../OrderState.tsx';
import classes from './OrderPicker.module.css';

export const optionId = (order: CustomerOrder) => `order-${order.id}`;

interface Props {
  order: CustomerOrder;
  selected: boolean;
  /** The person is in the midst of it. */
  mine: boolean;
  /** When the person scanned into it last, where that was lately. */
  lastScanAt?: string | undefined;
  onChoose: () => void;
}

/** An order that can be filled, with what presses. */
export function OrderOption({ order, selected, mine, lastScanAt, onChoose }: Props) {
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the keys are the search field's, as in every combobox
    <div
      id={optionId(order)}
      role="option"
      tabIndex={-1}
      aria-selected={selected}
      className={classes.option}
      onClick={onChoose}
    >
      <strong className={classes.number}>{order.number}</strong>
      <span className={classes.whose}>
        {mine && <strong className={classes.mine}>{words.pick.mine}</strong>}
        {order.client.name}
        {order.brand && ` · ${order.brand.name}`}
      </span>
      <span className={classes.due}>
        {order.state === 'open' ? <DueDate order={order} /> : <OrderState state={order.state} />}
        {lastScanAt && <span className={classes.lastScan}>{words.pick.lastScan(formatInstant(lastScanAt))}</span>}
      </span>
      <span className={classes.left}>
        {count(order.allocatedCount)} / {count(order.quantity)}
        <Progress
          size="sm"
          mt={4}
          value={(100 * order.allocatedCount) / order.quantity}
          aria-label={words.pick.remaining(order.quantity - order.allocatedCount)}
        />
      </span>
    </div>
  );
}
