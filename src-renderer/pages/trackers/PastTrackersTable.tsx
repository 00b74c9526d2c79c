import { Anchor } from '@mantine/core';
import { Link } from 'react-router';
import type { PastTracker } from '../../../src-shared/contract/trackers.ts';
import { usePages } from '../../api/use-operation.ts';
import { type Column, DataTable } from '../../components/DataTable.tsx';
import { EmptyState } from '../../components/EmptyState.tsx';
import { MacAddress } from '../../components/MacAddress.tsx';
import { StatusBadge } from '../../components/StatusBadge.tsx';
import { Time } from '../../components/Time.tsx';
import { count } from '../../strings/format.ts';
import { trackers as words } from '../../strings/trackers.ts';
import type { TrackerQuery } from './filters.ts';

const { columns: names, past } = words;
const columns: Column<PastTracker>[] = [
  {
    id: 'mac',
    header: names.mac,
    width: 178,
    fixed: true,
    cell: ({ tracker }) =>
      tracker.macAddress ? (
        <MacAddress value={tracker.macAddress} />
      ) : (
        (tracker.serialNumber ?? words.noMac(tracker.id))
      ),
  },
  { id: 'status', header: names.status, width: 122, cell: ({ status }) => <StatusBadge status={status} /> },
  { id: 'location', header: names.location, cell: ({ location }) => location?.name },
  {
    id: 'productionRun',
    header: names.productionRun,
    cell: ({ productionRun }) => (
      <Anchor component={Link} size="sm" to={`/production-runs/${productionRun.id}`}>
        {productionRun.name}
      </Anchor>
    ),
  },
  { id: 'client', header: names.client, cell: ({ client }) => client.name },
  { id: 'ended', header: past.ended, width: 170, cell: ({ endedAt }) => <Time value={endedAt} /> },
  {
    id: 'lastReported',
    header: names.lastReported,
    width: 170,
    cell: ({ lastReport }) => <Time value={lastReport?.reportedAt} />,
  },
  { id: 'reports', header: names.reports, width: 86, align: 'right', cell: (row) => count(row.reportCount) },
  { id: 'serial', header: names.serial, width: 130, hidden: true, cell: ({ tracker }) => tracker.serialNumber },
];

/** Trackers that moved on from a run, as they were at the end of their time in it. */
export function PastTrackersTable({ query }: { query: TrackerQuery }) {
  const { search, clientId, brandId, productionRunId } = query;
  const wanted = Object.entries({ search, clientId, brandId, productionRunId }).filter(
    ([, value]) => value !== undefined,
  );
  const pages = usePages('listPastTrackers', { query: Object.fromEntries(wanted) });
  return (
    <DataTable
      name="past-trackers"
      label={past.label}
      columns={columns}
      pages={pages}
      rowKey={(row) => row.id}
      fill
      empty={<EmptyState title={past.empty} description={past.emptyHint} />}
    />
  );
}
