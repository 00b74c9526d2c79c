import { usePages } from '../../../api/use-operation.ts';
import { type Column, DataTable } from '../../../components/DataTable.tsx';
import { EmptyState } from '../../../components/EmptyState.tsx';
import { Time } from '../../../components/Time.tsx';
import { tracker } from '../../../strings/trackers.ts';
import { Sentence } from '../../audit/Sentence.tsx';

const { audit: words } = tracker;
type Entry = ReturnType<typeof usePages<'listTrackerAudit'>>['items'][number];

const columns: Column<Entry>[] = [
  { id: 'at', header: words.at, width: 190, cell: (entry) => <Time value={entry.at} seconds /> },
  { id: 'sentence', header: words.details, cell: (entry) => <Sentence entry={entry} /> },
  { id: 'action', header: words.action, width: 200, cell: (entry) => entry.action },
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
      rowKey={(entry) => entry.sequence}
      empty={<EmptyState title={words.empty} description={words.emptyHint} />}
    />
  );
}
