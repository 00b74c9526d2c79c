import { Button, Switch } from '@mantine/core';
import { IconArrowBackUp, IconBarcode } from '@tabler/icons-react';
import { useState } from 'react';
import type { Allocation, CustomerOrder } from '../../../src-shared/contract/customer-orders.ts';
import { takesScans } from '../../../src-shared/domain/allocation.ts';
import { useCan } from '../../api/session.ts';
import { usePages } from '../../api/use-operation.ts';
import { type Column, DataTable } from '../../components/DataTable.tsx';
import { EmptyState } from '../../components/EmptyState.tsx';
import { GoodsReference } from '../../components/GoodsReference.tsx';
import { MacAddress } from '../../components/MacAddress.tsx';
import { Time } from '../../components/Time.tsx';
import { orders as words } from '../../strings/orders.ts';
import { LeaveModal } from './LeaveModal.tsx';

const columns: Column<Allocation>[] = [
  {
    id: 'device',
    header: words.device,
    width: 190,
    cell: (one) => <MacAddress value={one.macAddress} to={`/trackers/${one.trackerId}`} />,
  },
  { id: 'serial', header: words.serial, width: 130, cell: (one) => one.serialNumber ?? '' },
  {
    id: 'goods',
    header: words.goods,
    width: 170,
    cell: ({ goodsReference }) => goodsReference && <GoodsReference value={goodsReference} />,
  },
  { id: 'by', header: words.allocatedBy, width: 130, cell: (one) => one.allocatedBy },
  { id: 'at', header: words.allocatedAt, width: 180, cell: (one) => <Time value={one.allocatedAt} seconds /> },
  {
    id: 'now',
    header: words.present,
    width: 170,
    cell: ({ returned }) => (returned ? words.returnedFor(words.reasons[returned.reason]) : words.inOrder),
  },
];

/** The devices of an order, newest first, each with its way out again. */
export function AllocationsTable({ order }: { order: CustomerOrder }) {
  const params = { customerOrderId: order.id };
  const [unpaired, setUnpaired] = useState(false);
  const asked = unpaired && order.pairsGoods;
  const pages = usePages('listAllocations', { params, query: asked ? { unpaired: 'true' as const } : {} });
  const mayLeave = useCan('returnDevice');
  const [leaving, setLeaving] = useState<Allocation | null>(null);
  const undoColumn: Column<Allocation> = {
    id: 'undo',
    header: '',
    width: 112,
    align: 'right',
    cell: (one) =>
      one.returned === null && (
        <Button
          variant="subtle"
          color="gray"
          size="compact-xs"
          leftSection={<IconArrowBackUp size={14} aria-hidden />}
          aria-label={words.undoLabel(one.macAddress)}
          onClick={() => setLeaving(one)}
        >
          {takesScans(order) ? words.undo : words.return}
        </Button>
      ),
  };
  const shown = order.pairsGoods ? columns : columns.filter(({ id }) => id !== 'goods');
  return (
    <>
      {order.pairsGoods && (
        <Switch
          mb="sm"
          label={words.unpairedOnly}
          checked={unpaired}
          onChange={(event) => setUnpaired(event.currentTarget.checked)}
        />
      )}
      <DataTable
        name="allocations"
        label={words.tabs.devices}
        columns={mayLeave ? [...shown, undoColumn] : shown}
        pages={pages}
        rowKey={(one) => one.id}
        empty={
          <EmptyState
            icon={IconBarcode}
            title={asked ? words.unpairedNone : words.devicesEmpty}
            {...(asked ? {} : { description: words.devicesEmptyHint })}
          />
        }
      />
      {leaving && <LeaveModal order={order} device={leaving} onClose={() => setLeaving(null)} />}
    </>
  );
}
