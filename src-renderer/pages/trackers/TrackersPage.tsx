import { Button, Group, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconTag } from '@tabler/icons-react';
import { useMemo, useState } from 'react';
import { Link, useNavigate } from 'react-router';
import { useCan } from '../../api/session.ts';
import { useOperation, usePages } from '../../api/use-operation.ts';
import { Attribution } from '../../components/Attribution.tsx';
import { ColumnChoice, DataTable } from '../../components/DataTable.tsx';
import { EmptyState } from '../../components/EmptyState.tsx';
import { Page } from '../../components/Page.tsx';
import { useUrlFilters } from '../../hooks/use-url-filters.ts';
import { common } from '../../strings/common.ts';
import { trackers as words } from '../../strings/trackers.ts';
import { AssignModal } from './AssignModal.tsx';
import { trackerColumns } from './columns.tsx';
import { FilterBar } from './FilterBar.tsx';
import { filterKeys, toQuery, toSort } from './filters.ts';

const TABLE = 'trackers';
const MAX_ASSIGN = 500;

/** All trackers: found, narrowed, sorted on the server; moved to a run many at a time. */
export default function TrackersPage() {
  const filters = useUrlFilters(filterKeys, ['sort']);
  const query = useMemo(() => toQuery(filters.values), [filters.values]);
  const sort = toSort(filters.values.sort);
  const pages = usePages('listTrackers', { query: { ...query, sort } });
  const total = useOperation('countTrackers', { query }, { staleTime: 30_000 });
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const [assigning, assign] = useDisclosure(false);
  const canAssign = useCan('assignTrackers');
  const canMakeKeys = useCan('createKeyBatch');
  const navigate = useNavigate();

  return (
    <Page
      title={words.title}
      description={words.count(total.data?.count, filters.active)}
      fill
      actions={<ColumnChoice name={TABLE} columns={trackerColumns} />}
    >
      <FilterBar filters={filters} />
      {selected.size > 0 && (
        <Group gap="xs" role="toolbar" aria-label={words.selected(selected.size)}>
          <Text size="sm" fw={600}>
            {words.selected(selected.size)}
          </Text>
          <Button onClick={assign.open} disabled={selected.size > MAX_ASSIGN}>
            {words.assign.action}
          </Button>
          <Button variant="subtle" onClick={() => setSelected(new Set())}>
            {words.clearSelection}
          </Button>
          {selected.size > MAX_ASSIGN && <Text size="sm">{words.assign.tooMany}</Text>}
        </Group>
      )}
      <DataTable
        name={TABLE}
        label={words.label}
        columns={trackerColumns}
        pages={pages}
        rowKey={(tracker) => tracker.id}
        sort={sort}
        onSortChange={(next) => filters.set({ sort: next })}
        onOpen={(tracker) => navigate(`/trackers/${tracker.id}`)}
        {...(canAssign ? { selected, onSelectedChange: setSelected } : {})}
        fill
        empty={
          filters.active ? (
            <EmptyState title={common.nothingMatches} description={common.nothingMatchesHint}>
              <Button variant="default" onClick={filters.clear}>
                {common.clearFilters}
              </Button>
            </EmptyState>
          ) : (
            <EmptyState icon={IconTag} title={words.empty.title} description={words.empty.body}>
              {canMakeKeys && (
                <Button component={Link} to="/key-batches" variant="default">
                  {words.empty.action}
                </Button>
              )}
            </EmptyState>
          )
        }
      />
      <Attribution />
      <AssignModal
        trackerIds={[...selected].map(Number)}
        opened={assigning}
        onClose={assign.close}
        onDone={() => setSelected(new Set())}
      />
    </Page>
  );
}
