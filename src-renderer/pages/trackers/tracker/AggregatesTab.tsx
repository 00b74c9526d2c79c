import { SegmentedControl, Stack } from '@mantine/core';
import { useState } from 'react';
import type { TrackerAggregate } from '../../../../src-shared/contract/trackers.ts';
import { usePages } from '../../../api/use-operation.ts';
import { type Column, DataTable } from '../../../components/DataTable.tsx';
import { EmptyState } from '../../../components/EmptyState.tsx';
import { MacAddress } from '../../../components/MacAddress.tsx';
import { StatusBadge } from '../../../components/StatusBadge.tsx';
import { CalendarDate, Time } from '../../../components/Time.tsx';
import { count, distance } from '../../../strings/format.ts';
import { tracker } from '../../../strings/trackers.ts';

const { aggregates: words } = tracker;
type Period = 'hour' | 'day';

const columns = (period: Period): Column<TrackerAggregate>[] => [
  {
    id: 'bucket',
    header: words.bucket[period],
    width: 186,
    cell: (row) =>
      period === 'day' ? <CalendarDate value={row.bucketStart.slice(0, 10)} /> : <Time value={row.bucketStart} />,
  },
  { id: 'status', header: words.status, width: 140, cell: (row) => <StatusBadge status={row.statusAtEnd} /> },
  { id: 'reports', header: words.reports, width: 90, align: 'right', cell: (row) => count(row.reportCount) },
  { id: 'distance', header: words.distance, width: 100, align: 'right', cell: (row) => distance(row.distanceM) },
  { id: 'first', header: words.first, width: 186, cell: (row) => <Time value={row.firstReportedAt} /> },
  { id: 'last', header: words.last, width: 186, cell: (row) => <Time value={row.lastReportedAt} /> },
  {
    id: 'position',
    header: words.position,
    cell: (row) => (
      <MacAddress
        value={[...row.position.coordinates]
          .reverse()
          .map((n) => n.toFixed(5))
          .join(', ')}
      />
    ),
  },
];

/** What the reports of each day or hour add up to. */
export function AggregatesTab({ trackerId }: { trackerId: number }) {
  const [period, setPeriod] = useState<Period>('day');
  const pages = usePages('listTrackerAggregates', { params: { trackerId }, query: { period } });
  return (
    <Stack gap="sm" align="stretch">
      <SegmentedControl
        size="xs"
        w={160}
        aria-label={words.period}
        value={period}
        onChange={(value) => setPeriod(value as Period)}
        data={[
          { value: 'day', label: words.day },
          { value: 'hour', label: words.hour },
        ]}
      />
      <DataTable
        name="tracker-aggregates"
        label={words.label}
        columns={columns(period)}
        pages={pages}
        rowKey={(row) => row.bucketStart}
        empty={<EmptyState title={words.empty} />}
      />
    </Stack>
  );
}
