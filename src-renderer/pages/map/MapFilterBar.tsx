import { Button, Group, Select } from '@mantine/core';
import { statuses } from '../../../src-shared/contract/status.ts';
import { ReferenceFilter } from '../../components/ReferenceFilter.tsx';
import { idOf, type UrlFilters } from '../../hooks/use-url-filters.ts';
import { common, statusNames } from '../../strings/common.ts';
import { map as words } from '../../strings/map.ts';
import type { MapKey } from './filters.ts';

const clearable = { clearable: true, clearButtonProps: { 'aria-label': common.clear } } as const;

/** What the map shows: whose trackers, in which status, how fresh. */
export function MapFilterBar({ filters, stacked = false }: { filters: UrlFilters<MapKey>; stacked?: boolean }) {
  const wide = (width: number) => (stacked ? '100%' : width);
  const { values, set } = filters;
  const clientId = idOf(values.clientId) ?? null;
  return (
    <Group gap="xs">
      <ReferenceFilter
        kind="client"
        aria-label={words.filters.client}
        placeholder={words.filters.client}
        w={wide(170)}
        value={clientId}
        onChange={(id) => set({ clientId: id, productionRunId: null })}
      />
      <ReferenceFilter
        kind="productionRun"
        aria-label={words.filters.productionRun}
        placeholder={words.filters.productionRun}
        w={wide(190)}
        clientId={clientId}
        value={idOf(values.productionRunId) ?? null}
        onChange={(id) => set({ productionRunId: id })}
      />
      <Select
        aria-label={words.filters.status}
        placeholder={words.filters.status}
        w={wide(132)}
        {...clearable}
        data={statuses.map((status) => ({ value: status, label: statusNames[status] }))}
        value={values.status ?? null}
        onChange={(status) => set({ status })}
      />
      <Select
        aria-label={words.filters.age}
        placeholder={words.filters.age}
        w={wide(140)}
        {...clearable}
        data={Object.entries(words.ages).map(([value, label]) => ({ value, label }))}
        value={values.maxAgeHours ?? null}
        onChange={(maxAgeHours) => set({ maxAgeHours })}
      />
      {filters.active && (
        <Button
          variant="subtle"
          onClick={() => set({ clientId: null, productionRunId: null, status: null, maxAgeHours: null })}
        >
          {common.clearFilters}
        </Button>
      )}
    </Group>
  );
}
