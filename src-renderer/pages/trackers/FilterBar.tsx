import { Button, Pill, Select, Switch } from '@mantine/core';
import { statuses } from '../../../src-shared/contract/status.ts';
import { lifecycleStages } from '../../../src-shared/contract/trackers.ts';
import { useCan } from '../../api/session.ts';
import { ReferenceFilter } from '../../components/ReferenceFilter.tsx';
import { SearchInput } from '../../components/SearchInput.tsx';
import { DateRangeFilter } from '../../dates/DateRangeFilter.tsx';
import { rangeOf } from '../../dates/range-filter.ts';
import { idOf, type UrlFilters } from '../../hooks/use-url-filters.ts';
import { common, stageNames, statusNames } from '../../strings/common.ts';
import { trackers } from '../../strings/trackers.ts';
import { type FilterKey, stageOf } from './filters.ts';

const { filters: words, silentFor } = trackers;
const options = (names: Record<string, string>, keys: readonly string[]) =>
  keys.map((key) => ({ value: key, label: names[key] ?? key }));
const clearable = { clearable: true, clearButtonProps: { 'aria-label': common.clear } } as const;

/** Everything that the list of trackers can be narrowed by; all of it lives in the address. */
export function FilterBar({ filters }: { filters: UrlFilters<FilterKey> }) {
  const { values, set } = filters;
  const seesRetired = useCan('listCustomerOrders');
  const clientId = idOf(values.clientId) ?? null;
  const brandId = idOf(values.brandId) ?? null;
  const rest = (['keyBatchId', 'customerOrderId', 'locationId', 'tag', 'expected'] as const).filter(
    (key) => values[key],
  );
  const restNames = {
    keyBatchId: words.keyBatch,
    customerOrderId: words.customerOrder,
    locationId: words.location,
    tag: (tag: string) => `${words.tag} ${tag}`,
    expected: () => words.expected,
  };
  return (
    <>
      <SearchInput
        value={values.search ?? ''}
        onChange={(search) => set({ search })}
        placeholder={trackers.searchPlaceholder}
        width={220}
      />
      <Select
        aria-label={words.status}
        placeholder={words.status}
        w={132}
        {...clearable}
        data={options(statusNames, statuses)}
        value={values.status ?? null}
        onChange={(status) => set({ status })}
      />
      <ReferenceFilter
        kind="client"
        aria-label={words.client}
        placeholder={words.client}
        w={160}
        value={clientId}
        onChange={(id) => set({ clientId: id, brandId: null, productionRunId: null })}
      />
      <ReferenceFilter
        kind="brand"
        aria-label={words.brand}
        placeholder={words.brand}
        w={150}
        clientId={clientId}
        value={brandId}
        onChange={(id) => set({ brandId: id, productionRunId: null })}
      />
      <ReferenceFilter
        kind="productionRun"
        aria-label={words.productionRun}
        placeholder={words.productionRun}
        w={180}
        clientId={clientId}
        brandId={brandId}
        value={idOf(values.productionRunId) ?? null}
        onChange={(id) => set({ productionRunId: id })}
      />
      <Select
        aria-label={words.silent}
        placeholder={words.silent}
        w={132}
        {...clearable}
        data={options(silentFor, Object.keys(silentFor))}
        value={values.silentForHours ?? null}
        onChange={(silentForHours) => set({ silentForHours })}
      />
      <DateRangeFilter
        label={words.reported}
        value={rangeOf(values.reportedFrom, values.reportedTo)}
        onChange={({ from, to }) => set({ reportedFrom: from, reportedTo: to })}
      />
      <DateRangeFilter
        label={words.delivered}
        value={rangeOf(values.deliveredFrom, values.deliveredTo)}
        onChange={({ from, to }) => set({ deliveredFrom: from, deliveredTo: to })}
      />
      <Select
        aria-label={words.stage}
        w={150}
        allowDeselect={false}
        data={[...options(words.stages, Object.keys(words.stages)), ...options(stageNames, lifecycleStages)]}
        value={stageOf(values)}
        onChange={(stage) => set({ stage })}
      />
      {seesRetired && (
        <Select
          aria-label={words.retired}
          placeholder={words.retired}
          w={132}
          {...clearable}
          data={options(trackers.retiredToo, Object.keys(trackers.retiredToo))}
          value={values.retired ?? null}
          onChange={(retired) => set({ retired })}
        />
      )}
      <Switch
        size="xs"
        label={trackers.past.filter}
        checked={values.past === 'true'}
        onChange={(event) => set({ past: event.currentTarget.checked ? 'true' : null })}
      />
      {rest.map((key) => (
        <Pill key={key} size="sm" withRemoveButton onRemove={() => set({ [key]: null })}>
          {restNames[key](values[key] ?? '')}
        </Pill>
      ))}
      {filters.active && (
        <Button variant="subtle" onClick={filters.clear}>
          {common.clearFilters}
        </Button>
      )}
    </>
  );
}
