import { Button } from '@mantine/core';
import { IconFileTypePdf, IconSwitchHorizontal, IconTags } from '@tabler/icons-react';
import { Link } from 'react-router';
import { urlOf } from '../../../../src-shared/contract/api-client.ts';
import type { CustomerOrder } from '../../../../src-shared/contract/customer-orders.ts';
import { download } from '../../../api/download.ts';
import { scanStation as words } from '../../../strings/scan-station.ts';
import classes from './Touch.module.css';

/** After the last device of an order: its papers, and on to the next. */
export function DonePanel({ order, onNext }: { order: CustomerOrder; onNext: () => void }) {
  const params = { customerOrderId: order.id };
  const packingList = () =>
    void download(urlOf('getPackingList', { params, query: { format: 'pdf' } }), `packing-list-${order.number}.pdf`);
  return (
    <section className={classes.done} aria-label={words.done.title(order.number)}>
      <Button
        component={Link}
        to={`/orders/${order.id}/labels`}
        size="lg"
        variant="default"
        leftSection={<IconTags size={20} aria-hidden />}
      >
        {words.done.labels}
      </Button>
      <Button size="lg" variant="default" leftSection={<IconFileTypePdf size={20} aria-hidden />} onClick={packingList}>
        {words.done.packingList}
      </Button>
      <Button size="lg" leftSection={<IconSwitchHorizontal size={20} aria-hidden />} onClick={onNext}>
        {words.done.next}
      </Button>
    </section>
  );
}
