import { Button } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { notifications } from '@mantine/notifications';
import { IconPlus, IconTag } from '@tabler/icons-react';
import { useMemo } from 'react';
import { Link, useNavigate } from 'react-router';
import { useCan } from '../../api/session.ts';
import { useOperation, usePages } from '../../api/use-operation.ts';
import { Attribution } from '../../components/Attribution.tsx';
import { MAX_SELECTED } from '../../components/DataTable.tsx';
import { ListPage } from '../../components/ListPage.tsx';
import { PartNote } from '../../components/PartNote.tsx';
import { SavedViews } from '../../components/saved-views/SavedViews.tsx';
import { useUrlFilters } from '../../hooks/use-url-filters.ts';
import { common } from '../../strings/common.ts';
import { trackers as words } from '../../strings/trackers.ts';
import { BulkBar } from './BulkBar.tsx';
import { trackerColumns } from './columns.tsx';
import { ExportButton } from './ExportButton.tsx';
import { FilterBar } from './FilterBar.tsx';
import { filterKeys, toQuery, toSort } from './filters.ts';
import { NewTrackerModal } from './NewTrackerModal.tsx';
import { PastTrackersTable } from './PastTrackersTable.tsx';
import { useSelection } from './use-selection.ts';

const TABLE = 'trackers';

/** All trackers: found, narrowed, sorted on the server; moved to a run many at a time. */
export default function TrackersPage() {
  const filters = useUrlFilters(filterKeys, ['sort']);
  const query = useMemo(() => toQuery(filters.values), [filters.values]);
  const sort = toSort(filters.values.sort);
  const pages = usePages('listTrackers', { query: { ...query, sort } });
  const total = useOperation('countTrackers', { query }, { staleTime: 30_000 });
  const selection = useSelection();
  const canMakeKeys = useCan('createKeyBatch');
  const mayAdd = useCan('createTracker');
  const [isAdding, adding] = useDisclosure(false);
  const navigate = useNavigate();
  const selectAll = async () => {
    await selection.selectAll(query, sort);
    if (total.data?.isMore || (total.data?.count ?? 0) > MAX_SELECTED)
      notifications.show({ color: 'yellow', message: common.tooManyToSelect(MAX_SELECTED) });
  };

  return (
    <ListPage
      title={words.title}
      description={filters.values.past === 'true' ? words.past.label : words.count(total.data, filters.active)}
      actions={
        <>
          <SavedViews list="trackers" table={TABLE} columns={trackerColumns} />
          {mayAdd && (
            <Button variant="default" leftSection={<IconPlus size={14} aria-hidden />} onClick={adding.open}>
              {words.byHand.action}
            </Button>
          )}
          <ExportButton table={TABLE} query={query} sort={sort} />
        </>
      }
      head={<PartNote />}
      filters={filters}
      filterBar={<FilterBar filters={filters} />}
      instead={filters.values.past === 'true' && <PastTrackersTable query={query} />}
      bulk={<BulkBar selection={selection} />}
      name={TABLE}
      label={words.label}
      columns={trackerColumns}
      pages={pages}
      rowKey={(tracker) => tracker.id}
      sort={sort}
      onSortChange={(next) => filters.set({ sort: next })}
      onOpen={(tracker) => navigate(`/trackers/${tracker.id}`)}
      selected={selection.keys}
      onSelectedChange={(keys) => selection.set(keys, pages.items)}
      onSelectAll={selectAll}
      empty={{
        icon: IconTag,
        title: words.empty.title,
        hint: words.empty.body,
        children: canMakeKeys && (
          <Button component={Link} to="/key-batches" variant="default">
            {words.empty.action}
          </Button>
        ),
      }}
    >
      <NewTrackerModal opened={isAdding} onClose={adding.close} />
      <Attribution />
    </ListPage>
  );
}
