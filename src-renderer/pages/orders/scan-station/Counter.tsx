import { Progress } from '@mantine/core';
import type { CSSProperties } from 'react';
import type { CustomerOrder } from '../../../../src-shared/contract/customer-orders.ts';
import { count } from '../../../strings/format.ts';
import { scanStation as words } from '../../../strings/scan-station.ts';
import classes from './Station.module.css';

/** Allocated of quantity in figures that are read from two metres; they shrink only for very large orders. */
export function Counter({ order, waiting }: { order: CustomerOrder; waiting: number }) {
  const allocated = count(order.allocatedCount);
  const quantity = count(order.quantity);
  const characters = allocated.length + 0.55 * quantity.length + 1;
  const percent = (100 * order.allocatedCount) / order.quantity;
  return (
    <section className={classes.counter} aria-label={words.counter(order.allocatedCount, order.quantity)}>
      <div className={classes.figures} style={{ '--characters': characters } as CSSProperties} aria-hidden>
        <span className={classes.allocated}>{allocated}</span>
        <span className={classes.quantity}>/ {quantity}</span>
      </div>
      <Progress
        value={percent}
        size={18}
        radius="sm"
        color={order.allocatedCount >= order.quantity ? 'teal' : 'iris'}
        transitionDuration={150}
        aria-label={words.counter(order.allocatedCount, order.quantity)}
      />
      <div className={classes.rest}>
        <span>{words.toGo(Math.max(0, order.quantity - order.allocatedCount))}</span>
        {waiting > 0 && <strong className={classes.waiting}>{words.pending(waiting)}</strong>}
      </div>
    </section>
  );
}
