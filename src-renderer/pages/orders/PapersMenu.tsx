import { Button, Menu } from '@mantine/core';
import { IconChevronDown, IconFileTypeCsv, IconFileTypePdf, IconPrinter, IconTags } from '@tabler/icons-react';
import { Link } from 'react-router';
import { urlOf } from '../../../src-shared/contract/api-client.ts';
import type { CustomerOrder } from '../../../src-shared/contract/customer-orders.ts';
import { download } from '../../api/download.ts';
import { orderPapers as words } from '../../strings/order-papers.ts';

/** What goes with the goods: labels and the packing list. */
export function PapersMenu({ order }: { order: CustomerOrder }) {
  const params = { customerOrderId: order.id };
  const packingList = (format: 'csv' | 'pdf') =>
    void download(urlOf('getPackingList', { params, query: { format } }), `packing-list-${order.number}.${format}`);
  return (
    <Menu position="bottom-end" withArrow shadow="md">
      <Menu.Target>
        <Button
          variant="default"
          leftSection={<IconPrinter size={15} aria-hidden />}
          rightSection={<IconChevronDown size={14} aria-hidden />}
          disabled={order.allocatedCount === 0}
        >
          {words.papers}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item component={Link} to={`/orders/${order.id}/labels`} leftSection={<IconTags size={15} aria-hidden />}>
          {words.labels}
        </Menu.Item>
        <Menu.Item leftSection={<IconFileTypePdf size={15} aria-hidden />} onClick={() => packingList('pdf')}>
          {words.packingPdf}
        </Menu.Item>
        <Menu.Item leftSection={<IconFileTypeCsv size={15} aria-hidden />} onClick={() => packingList('csv')}>
          {words.packingCsv}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
