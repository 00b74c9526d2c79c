import { Anchor } from '@mantine/core';
import { IconCloudUp } from '@tabler/icons-react';
import { Link } from 'react-router';
import type { OutboxEntry } from '../../../src-shared/contract/workstation.ts';
import { usePages } from '../../api/use-operation.ts';
import { type Column, DataTable } from '../../components/DataTable.tsx';
import { EmptyState } from '../../components/EmptyState.tsx';
import { Time } from '../../components/Time.tsx';
import { offline as words } from '../../strings/offline.ts';
import { outcomeTitles } from '../../strings/scan-station.ts';
import { centralWords } from './central-words.ts';
import classes from './OfflinePage.module.css';

const { columns: names } = words;
const common: Column<OutboxEntry>[] = [
  { id: 'at', header: names.at, width: 180, cell: (entry) => <Time value={entry.at} seconds /> },
  { id: 'what', header: names.what, width: 70, cell: (entry) => words.kinds[entry.kind] },
  {
    id: 'device',
    header: names.device,
    width: 160,
    fixed: true,
    cell: (entry) => <span className={classes.code}>{entry.macAddress ?? entry.scanned}</span>,
  },
  {
    id: 'order',
    header: names.order,
    width: 110,
    cell: (entry) => (
      <Anchor component={Link} to={`/orders/${entry.orderId}`} size="sm">
        {entry.orderNumber}
      </Anchor>
    ),
  },
  { id: 'by', header: names.by, width: 120, cell: (entry) => entry.by },
  { id: 'told', header: names.told, width: 150, cell: (entry) => outcomeTitles[entry.told.outcome] },
  { id: 'central', header: names.central, width: 260, cell: centralWords },
];

/** One part of the outbox. */
export function OutboxTable({ state }: { state: OutboxEntry['state'] }) {
  const pages = usePages('listOutboxEntries', { query: { state } }, { refetchInterval: 5_000 });
  const [title, description] = words.empty[state];
  const columns: Column<OutboxEntry>[] = [
    ...common,
    ...(state === 'settled'
      ? [
          {
            id: 'settlement',
            header: names.settlement,
            width: 240,
            cell: ({ settlement }: OutboxEntry) =>
              settlement &&
              [words.settled[settlement.action], settlement.by, settlement.note].filter(Boolean).join(', '),
          },
        ]
      : []),
  ];
  return (
    <DataTable
      name={`outbox-${state}`}
      label={words.tabs[state]}
      columns={columns}
      pages={pages}
      rowKey={(entry) => entry.id}
      empty={<EmptyState icon={IconCloudUp} title={title} description={description} />}
    />
  );
}
