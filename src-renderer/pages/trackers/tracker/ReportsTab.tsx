import { Badge, Text } from '@mantine/core';
import { useMemo } from 'react';
import type { LocationReport } from '../../../../src-shared/contract/trackers.ts';
import { usePages } from '../../../api/use-operation.ts';
import { Battery, batteryIn } from '../../../components/Battery.tsx';
import { type Column, DataTable } from '../../../components/DataTable.tsx';
import { EmptyState } from '../../../components/EmptyState.tsx';
import { MacAddress } from '../../../components/MacAddress.tsx';
import { Time } from '../../../components/Time.tsx';
import { common } from '../../../strings/common.ts';
import { distance, duration, nearestCity } from '../../../strings/format.ts';
import { tracker } from '../../../strings/trackers.ts';

const { reports: words, leftOut } = tracker;

const columns: Column<LocationReport>[] = [
  { id: 'reported', header: words.reported, width: 200, cell: (report) => <Time value={report.reportedAt} seconds /> },
  {
    id: 'late',
    header: words.late,
    width: 104,
    align: 'right',
    cell: (report) => duration((Date.parse(report.receivedAt) - Date.parse(report.reportedAt)) / 1000),
  },
  {
    id: 'counts',
    header: words.counts,
    term: 'countedReport',
    width: 124,
    cell: (report) =>
      report.leftOutReason ? (
        <Badge variant="outline" color="gray" tt="none" fw={500}>
          {leftOut[report.leftOutReason]}
        </Badge>
      ) : (
        <Text span size="sm" c="dimmed">
          {common.yes}
        </Text>
      ),
  },
  { id: 'city', header: words.city, cell: (report) => nearestCity(report.nearestCity) },
  {
    id: 'position',
    header: words.position,
    width: 184,
    cell: (report) =>
      report.position && (
        <MacAddress
          value={[...report.position.coordinates]
            .reverse()
            .map((n) => n.toFixed(5))
            .join(', ')}
        />
      ),
  },
  {
    id: 'accuracy',
    header: words.accuracy,
    width: 88,
    align: 'right',
    cell: (report) => (report.horizontalAccuracyM === null ? '' : `± ${distance(report.horizontalAccuracyM)}`),
  },
  {
    id: 'confidence',
    header: words.confidence,
    width: 92,
    align: 'right',
    hidden: true,
    cell: (report) => report.confidence,
  },
  {
    id: 'battery',
    header: words.battery,
    width: 100,
    hidden: true,
    cell: (report) => <Battery {...batteryIn(report)} />,
  },
  {
    id: 'received',
    header: words.received,
    width: 170,
    hidden: true,
    cell: (report) => <Time value={report.receivedAt} seconds />,
  },
];

/** Every report of the tracker, also those that the rules leave out, with the reason. Opening one shows it on the map. */
export function ReportsTab({ trackerId, onChoose }: { trackerId: number; onChoose: (reportedAt: string) => void }) {
  const pages = usePages(
    'listLocationReports',
    useMemo(() => ({ params: { trackerId } }), [trackerId]),
  );
  return (
    <DataTable
      name="location-reports"
      label={words.label}
      columns={columns}
      pages={pages}
      rowKey={(report) => report.id}
      onOpen={(report) => onChoose(report.reportedAt)}
      empty={<EmptyState title={words.empty} description={words.emptyHint} />}
    />
  );
}
