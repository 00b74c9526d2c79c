import { Group } from '@mantine/core';
import { IconBarcode } from '@tabler/icons-react';
import type { OperationOutput } from '../../api/client.ts';
import { usePages } from '../../api/use-operation.ts';
import { type Column, DataTable } from '../../components/DataTable.tsx';
import { EmptyState } from '../../components/EmptyState.tsx';
import { Time } from '../../components/Time.tsx';
import { orders as words } from '../../strings/orders.ts';
import { outcomeTitles } from '../../strings/scan-station.ts';
import { outcomeIcons, outcomeTones, toneColors } from './scan-station/outcome-looks.ts';

type Scan = OperationOutput<'listScans'>['items'][number];

const code = (text: string) => (
  <span style={{ fontFamily: 'var(--mantine-font-family-monospace)', fontSize: 12 }} title={text}>
    {text}
  </span>
);

const columns: Column<Scan>[] = [
  { id: 'at', header: words.scannedAt, width: 190, cell: (scan) => <Time value={scan.scannedAt} seconds /> },
  {
    id: 'outcome',
    header: words.outcome,
    width: 190,
    cell: ({ outcome }) => {
      const Icon = outcomeIcons[outcome];
      return (
        <Group gap={6} wrap="nowrap">
          <Icon size={16} color={toneColors[outcomeTones[outcome]]} aria-hidden />
          {outcomeTitles[outcome]}
        </Group>
      );
    },
  },
  { id: 'mac', header: words.device, width: 160, cell: (scan) => scan.macAddress && code(scan.macAddress) },
  { id: 'scanned', header: words.scanned, width: 200, cell: (scan) => code(scan.scanned) },
  { id: 'by', header: words.scannedBy, width: 140, cell: (scan) => scan.scannedBy },
];

/** Every scan of the order, whatever came of it. */
export function ScansTable({ orderId }: { orderId: number }) {
  const pages = usePages('listScans', { params: { customerOrderId: orderId } });
  return (
    <DataTable
      name="scans"
      label={words.tabs.scans}
      columns={columns}
      pages={pages}
      rowKey={(scan) => scan.id}
      empty={<EmptyState icon={IconBarcode} title={words.scansEmpty} description={words.scansEmptyHint} />}
    />
  );
}
