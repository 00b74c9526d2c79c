import { IconHistory } from '@tabler/icons-react';
import type { OrderEvent } from '../../../src-shared/contract/order-papers.ts';
import { usePages } from '../../api/use-operation.ts';
import { type Column, DataTable } from '../../components/DataTable.tsx';
import { EmptyState } from '../../components/EmptyState.tsx';
import { Time } from '../../components/Time.tsx';
import { orderPapers as words } from '../../strings/order-papers.ts';
import { describeEvent } from './describe-event.ts';
import { OrderState } from './OrderState.tsx';

const columns: Column<OrderEvent>[] = [
  { id: 'at', header: words.at, width: 170, cell: (event) => <Time value={event.at} seconds /> },
  { id: 'event', header: words.event, width: 150, cell: (event) => words.events[event.kind] },
  { id: 'state', header: words.state, width: 100, cell: (event) => <OrderState state={event.state} /> },
  { id: 'by', header: words.by, width: 110, cell: (event) => event.by },
  { id: 'details', header: words.details, width: 180, cell: (event) => describeEvent(event) },
];

/** Who did what with the order, newest first. */
export function HistoryTable({ orderId }: { orderId: number }) {
  const pages = usePages('listOrderEvents', { params: { customerOrderId: orderId } });
  return (
    <DataTable
      name="order-history"
      label={words.history}
      columns={columns}
      pages={pages}
      rowKey={(event) => event.id}
      empty={<EmptyState icon={IconHistory} title={words.historyEmpty} />}
    />
  );
}
