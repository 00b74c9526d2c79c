import { Group, Select, Stack, Switch, Text, Tooltip } from '@mantine/core';
import { useState } from 'react';
import type { StatusHistoryEntry, Tracker } from '../../../../src-shared/contract/trackers.ts';
import { usePages } from '../../../api/use-operation.ts';
import { type Column, DataTable } from '../../../components/DataTable.tsx';
import { EmptyState } from '../../../components/EmptyState.tsx';
import { StatusBadge } from '../../../components/StatusBadge.tsx';
import { Time } from '../../../components/Time.tsx';
import { duration } from '../../../strings/format.ts';
import { tracker as allWords } from '../../../strings/trackers.ts';
import { StatusStrip } from './StatusStrip.tsx';
import classes from './TrackerPage.module.css';

const { history: words } = allWords;
type Span = keyof typeof allWords.spans;
const spans: Span[] = ['all', '30', '7', '1'];
const DAY_MS = 86_400_000;
const struck = (entry: StatusHistoryEntry) => (entry.supersededAt ? classes.superseded : undefined);
const seconds = (entry: StatusHistoryEntry) =>
  (Date.parse(entry.leftAt ?? entry.enteredAt) - Date.parse(entry.enteredAt)) / 1000;

const columns: Column<StatusHistoryEntry>[] = [
  { id: 'status', header: words.status, width: 126, cell: (entry) => <StatusBadge status={entry.status} /> },
  {
    id: 'location',
    header: words.location,
    cell: (entry) => <span className={struck(entry)}>{entry.location?.name}</span>,
  },
  {
    id: 'entered',
    header: words.entered,
    width: 186,
    cell: (entry) => (
      <span className={struck(entry)}>
        <Time value={entry.enteredAt} />
      </span>
    ),
  },
  { id: 'left', header: words.left, width: 186, cell: (entry) => <Time value={entry.leftAt} absent={words.now} /> },
  {
    id: 'dwell',
    header: words.dwell,
    term: 'stay',
    width: 110,
    align: 'right',
    cell: (entry) => (entry.leftAt ? duration(seconds(entry)) : ''),
  },
];
const superseded: Column<StatusHistoryEntry> = {
  id: 'superseded',
  header: words.supersededBy,
  cell: (entry) =>
    entry.supersededAt && (
      <Tooltip label={entry.supersededReason ?? ''} disabled={!entry.supersededReason}>
        <span>
          <Time value={entry.supersededAt} />{' '}
          <Text span size="xs" c="dimmed">
            {entry.supersededReason}
          </Text>
        </span>
      </Tooltip>
    ),
};

/** Every status that the tracker had, with the strip above it; on demand also the rows that late reports replaced. */
export function HistoryTab({ tracker }: { tracker: Tracker }) {
  const [all, setAll] = useState(false);
  const [span, setSpan] = useState<Span>('all');
  const end = tracker.lastReport?.reportedAt;
  const from = span === 'all' || !end ? undefined : new Date(Date.parse(end) - Number(span) * DAY_MS).toISOString();
  const pages = usePages('listStatusHistory', {
    params: { trackerId: tracker.id },
    query: { ...(all ? { includeSuperseded: 'true' as const } : {}), ...(from ? { from } : {}) },
  });
  return (
    <Stack gap="sm">
      <StatusStrip entries={pages.items} endsAt={tracker.lastReport?.reportedAt ?? tracker.createdAt} />
      <Group justify="flex-end">
        <Select
          size="xs"
          w={120}
          aria-label={words.span}
          allowDeselect={false}
          data={spans.map((value) => ({ value, label: allWords.spans[value] }))}
          value={span}
          onChange={(value) => setSpan(value as Span)}
        />
        <Switch size="xs" label={words.superseded} checked={all} onChange={(e) => setAll(e.currentTarget.checked)} />
      </Group>
      <DataTable
        name="status-history"
        label={words.label}
        columns={all ? [...columns, superseded] : columns}
        pages={pages}
        rowKey={(entry) => entry.id}
        empty={<EmptyState title={words.empty} description={words.emptyHint} />}
      />
    </Stack>
  );
}
