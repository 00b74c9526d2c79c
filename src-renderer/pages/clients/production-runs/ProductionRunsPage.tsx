import { Anchor, Button, Checkbox, Group, Select } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconArchive, IconCalendarEvent, IconPlus } from '@tabler/icons-react';
import { Link, useNavigate } from 'react-router';
import { type ProductionRun, runPhases } from '../../../../src-shared/contract/clients.ts';
import { useCan } from '../../../api/session.ts';
import { usePages } from '../../../api/use-operation.ts';
import { type Column, ColumnChoice, DataTable } from '../../../components/DataTable.tsx';
import { EmptyState } from '../../../components/EmptyState.tsx';
import { Page } from '../../../components/Page.tsx';
import { ReferenceFilter } from '../../../components/ReferenceFilter.tsx';
import { SearchInput } from '../../../components/SearchInput.tsx';
import { StateBadge } from '../../../components/StateBadge.tsx';
import { StatusCounts } from '../../../components/StatusCounts.tsx';
import { CalendarDate } from '../../../components/Time.tsx';
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
  { id: 'brand', header: words.brand, width: 130, cell: (run) => run.brand.name },
  {
    id: 'client',
    header: words.client,
    width: 150,
    cell: (run) => <span title={run.client.name}>{run.client.name}</span>,
  },
  { id: 'phase', header: words.phase, width: 126, cell: (run) => <RunPhase phase={run.phase} /> },
  {
    id: 'dates',
    header: words.dates,
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
    width: 130,
    cell: (run) => <span title={run.timeZone}>{run.timeZone}</span>,
  },
  { id: 'trackers', header: words.trackers, width: 86, align: 'right', cell: (run) => count(run.trackerCount) },
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
  const filters = useUrlFilters(['search', 'phase', 'clientId', 'brandId', 'archived'], ['archived']);
  const { values, set } = filters;
  const phase = runPhases.find((each) => each === values.phase);
  const clientId = idOf(values.clientId);
  const brandId = idOf(values.brandId);
  const pages = usePages('listProductionRuns', {
    query: {
      ...(values.search ? { search: values.search } : {}),
      ...(phase ? { phase } : {}),
      ...(clientId ? { clientId } : {}),
      ...(brandId ? { brandId } : {}),
      ...(values.archived === 'true' ? { includeArchived: 'true' as const } : {}),
    },
  });
  const [creating, { open, close }] = useDisclosure(false);
  const create = mayCreate && (
    <Button leftSection={<IconPlus size={15} aria-hidden />} onClick={open}>
      {words.create}
    </Button>
  );
  return (
    <Page
      fill
      title={words.title}
      term="productionRun"
      description={words.description}
      actions={
        <>
          <ColumnChoice name="production-runs" columns={columns} />
          {create}
        </>
      }
    >
      <Group gap="xs">
        <SearchInput
          label={words.search}
          width={200}
          value={values.search ?? ''}
          onChange={(search) => set({ search: search.trim() })}
        />
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
      </Group>
      <DataTable
        fill
        name="production-runs"
        label={words.table}
        columns={columns}
        pages={pages}
        rowKey={(run) => run.id}
        onOpen={(run) => void navigate(`/production-runs/${run.id}`)}
        empty={
          filters.active ? (
            <EmptyState title={common.nothingMatches} description={common.nothingMatchesHint}>
              <Button variant="default" onClick={filters.clear}>
                {common.clearFilters}
              </Button>
            </EmptyState>
          ) : (
            <EmptyState icon={IconCalendarEvent} title={words.empty} description={words.emptyHint}>
              {create}
            </EmptyState>
          )
        }
      />
      <RunForm opened={creating} onClose={close} />
    </Page>
  );
}
