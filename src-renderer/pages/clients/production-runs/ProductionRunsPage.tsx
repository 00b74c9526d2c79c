import { Anchor, Checkbox, Group, Select } from '@mantine/core';
import { IconArchive, IconCalendarEvent } from '@tabler/icons-react';
import { Link, useNavigate } from 'react-router';
import { type ProductionRun, runPhases, runSorts } from '../../../../src-shared/contract/clients.ts';
import { useCan } from '../../../api/session.ts';
import { usePages } from '../../../api/use-operation.ts';
import type { Column } from '../../../components/DataTable.tsx';
import { ListPage, ListSearch } from '../../../components/ListPage.tsx';
import { ReferenceFilter } from '../../../components/ReferenceFilter.tsx';
import { StateBadge } from '../../../components/StateBadge.tsx';
import { StatusCounts } from '../../../components/StatusCounts.tsx';
import { CalendarDate } from '../../../components/Time.tsx';
import { useNew } from '../../../hooks/use-new.ts';
import { useSorting } from '../../../hooks/use-sorting.ts';
import { idOf, useUrlFilters } from '../../../hooks/use-url-filters.ts';
import { common, phaseNames } from '../../../strings/common.ts';
import { count } from '../../../strings/format.ts';
import { productionRuns as words } from '../../../strings/production-runs.ts';
import { RunForm } from './RunForm.tsx';
import { RunPhase } from './RunPhase.tsx';

const columns: Column<ProductionRun>[] = [
  {
    id: 'name',
    header: words.name,
    sort: 'name',
    width: 180,
    fixed: true,
    cell: (run) => (
      <Group gap={6} wrap="nowrap">
        <Anchor component={Link} to={`/production-runs/${run.id}`} size="sm">
          {run.name}
        </Anchor>
        {run.archivedAt && <StateBadge tone="quiet" icon={IconArchive} label={common.archived} />}
      </Group>
    ),
  },
  { id: 'brand', header: words.brand, sort: 'brand', width: 130, cell: (run) => run.brand.name },
  {
    id: 'client',
    header: words.client,
    fact: true,
    sort: 'client',
    width: 150,
    cell: (run) => run.client.name,
  },
  {
    id: 'phase',
    header: words.phase,
    fact: true,
    sort: 'phase',
    width: 126,
    cell: (run) => <RunPhase phase={run.phase} />,
  },
  {
    id: 'dates',
    header: words.dates,
    fact: true,
    sort: 'dates',
    width: 216,
    cell: (run) => (
      <>
        <CalendarDate value={run.startDate} /> – <CalendarDate value={run.endDate} />
      </>
    ),
  },
  {
    id: 'timeZone',
    header: words.timeZone,
    sort: 'timeZone',
    width: 130,
    cell: (run) => run.timeZone,
  },
  {
    id: 'trackers',
    header: words.trackers,
    sort: 'trackers',
    width: 86,
    align: 'right',
    cell: (run) => count(run.trackerCount),
  },
  {
    id: 'statuses',
    header: words.statuses,
    width: 140,
    cell: (run) => (run.trackerCount > 0 ? <StatusCounts counts={run.statusCounts} /> : null),
  },
];

/** All runs with their phase and where their trackers stand. */
export default function ProductionRunsPage() {
  const navigate = useNavigate();
  const mayCreate = useCan('createProductionRun');
  const filters = useUrlFilters(['search', 'phase', 'clientId', 'brandId', 'archived', 'sort'], ['archived', 'sort']);
  const { values, set } = filters;
  const phase = runPhases.find((each) => each === values.phase);
  const clientId = idOf(values.clientId);
  const brandId = idOf(values.brandId);
  const sorting = useSorting(filters, runSorts, '-dates');
  const pages = usePages('listProductionRuns', {
    query: {
      ...(values.search ? { search: values.search } : {}),
      ...(phase ? { phase } : {}),
      ...(clientId ? { clientId } : {}),
      ...(brandId ? { brandId } : {}),
      ...(values.archived === 'true' ? { includeArchived: 'true' as const } : {}),
      sort: sorting.sort,
    },
  });
  const [creating, { open, close }] = useNew();
  return (
    <ListPage
      title={words.title}
      term="productionRun"
      description={words.description}
      create={mayCreate && { label: words.create, onClick: open }}
      filters={filters}
      filterBar={
        <>
          <ListSearch filters={filters} label={words.search} width={200} />
          <Select
            aria-label={words.phase}
            placeholder={words.anyPhase}
            clearable
            w={130}
            data={runPhases.map((each) => ({ value: each, label: phaseNames[each] }))}
            value={phase ?? null}
            onChange={(next) => set({ phase: next })}
          />
          <ReferenceFilter
            kind="client"
            aria-label={words.client}
            placeholder={words.anyClient}
            w={180}
            value={clientId ?? null}
            onChange={(id) => set({ clientId: id, brandId: null })}
          />
          <ReferenceFilter
            kind="brand"
            aria-label={words.brand}
            placeholder={words.anyBrand}
            w={180}
            clientId={clientId ?? null}
            value={brandId ?? null}
            onChange={(id) => set({ brandId: id })}
          />
          <Checkbox
            label={words.includeArchived}
            checked={values.archived === 'true'}
            onChange={(event) => set({ archived: event.currentTarget.checked ? 'true' : null })}
          />
        </>
      }
      name="production-runs"
      label={words.table}
      columns={columns}
      pages={pages}
      {...sorting}
      rowKey={(run) => run.id}
      onOpen={(run) => void navigate(`/production-runs/${run.id}`)}
      empty={{ icon: IconCalendarEvent, title: words.empty, hint: words.emptyHint }}
    >
      <RunForm opened={creating} onClose={close} />
    </ListPage>
  );
}
