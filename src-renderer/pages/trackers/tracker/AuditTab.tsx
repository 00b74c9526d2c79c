import { usePages } from '../../../api/use-operation.ts';
import { type Column, DataTable } from '../../../components/DataTable.tsx';
import { EmptyState } from '../../../components/EmptyState.tsx';
import { Time } from '../../../components/Time.tsx';
import { tracker } from '../../../strings/trackers.ts';
import { brief } from '../../audit/brief.ts';

const { audit: words } = tracker;
type Entry = ReturnType<typeof usePages<'listTrackerAudit'>>['items'][number];

const columns: Column<Entry>[] = [
  { id: 'at', header: words.at, width: 190, cell: (entry) => <Time value={entry.at} seconds /> },
  { id: 'actor', header: words.actor, width: 140, cell: (entry) => entry.actor ?? words.console },
  { id: 'action', header: words.action, width: 200, cell: (entry) => entry.action },
  { id: 'details', header: words.details, cell: (entry) => brief(entry.details) },
];

/** Who did what to this tracker, from the audit log. */
export function AuditTab({ trackerId }: { trackerId: number }) {
  const pages = usePages('listTrackerAudit', { params: { trackerId } });
  return (
    <DataTable
      name="tracker-audit"
      label={words.label}
      columns={columns}
      pages={pages}
      rowKey={(entry) => entry.id}
      empty={<EmptyState title={words.empty} description={words.emptyHint} />}
    />
  );
}
