import { Select, type SelectProps } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useState } from 'react';
import { useOperation } from '../api/use-operation.ts';
import { common } from '../strings/common.ts';

type Kind = 'client' | 'brand' | 'productionRun';

interface Props extends Omit<SelectProps, 'value' | 'onChange' | 'data' | 'searchValue' | 'onSearchChange'> {
  kind: Kind;
  value: number | null;
  onChange: (id: number | null, name: string | null) => void;
  /** Only brands or runs of this client. */
  clientId?: number | null;
  /** Only runs of this brand. */
  brandId?: number | null;
}

const lists = { client: 'listClients', brand: 'listBrands', productionRun: 'listProductionRuns' } as const;
const LIMIT = 50;

/** Chooses a client, brand or production run by name; the server searches, so it works with any number of them. */
export function ReferenceSelect({ kind, value, onChange, clientId, brandId, ...select }: Props) {
  const [search, setSearch] = useState('');
  const [debounced] = useDebouncedValue(search, 180);
  const chosen = useChosen(kind, value);
  const typed = debounced === chosen?.name ? '' : debounced.trim();
  const query = {
    limit: LIMIT,
    ...(typed ? { search: typed } : {}),
    ...(clientId ? { clientId } : {}),
    ...(brandId ? { brandId } : {}),
  };
  const list = useOperation(lists[kind], { query }, { staleTime: 30_000 });
  const items: { id: number; name: string }[] = list.data?.items ?? [];
  const options = chosen && !items.some((item) => item.id === chosen.id) ? [chosen, ...items] : items;
  return (
    <Select
      searchable
      openOnFocus={false}
      clearable
      placeholder={common.any}
      nothingFoundMessage={list.isFetching ? common.loading : common.none}
      comboboxProps={{ withinPortal: true }}
      clearButtonProps={{ 'aria-label': common.clear }}
      maxDropdownHeight={280}
      {...select}
      data={options.map((item) => ({ value: String(item.id), label: item.name }))}
      filter={({ options: all }) => all}
      value={value === null ? null : String(value)}
      onChange={(next, option) => onChange(next === null ? null : Number(next), option?.label ?? null)}
      searchValue={search}
      onSearchChange={setSearch}
    />
  );
}

/** The name of what is chosen, which need not be among the first that the list answers with. */
function useChosen(kind: Kind, id: number | null): { id: number; name: string } | null {
  const enabled = (wanted: Kind) => ({ enabled: kind === wanted && id !== null, staleTime: 60_000 });
  const client = useOperation('getClient', { params: { clientId: id ?? 0 } }, enabled('client'));
  const brand = useOperation('getBrand', { params: { brandId: id ?? 0 } }, enabled('brand'));
  const run = useOperation('getProductionRun', { params: { productionRunId: id ?? 0 } }, enabled('productionRun'));
  const data = { client, brand, productionRun: run }[kind].data;
  return id !== null && data ? { id: data.id, name: data.name } : null;
}
