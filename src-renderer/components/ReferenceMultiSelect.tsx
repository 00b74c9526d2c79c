import { MultiSelect, type MultiSelectProps } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useState } from 'react';
import { useOperation } from '../api/use-operation.ts';
import { common } from '../strings/common.ts';

interface Reference {
  id: number;
  name: string;
}
interface Props extends Omit<MultiSelectProps, 'value' | 'onChange' | 'data' | 'searchValue' | 'onSearchChange'> {
  value: Reference[];
  onChange: (value: Reference[]) => void;
}

/** Chooses any number of production runs by name; the server searches. */
export function ProductionRunMultiSelect({ value, onChange, ...select }: Props) {
  const [search, setSearch] = useState('');
  const [debounced] = useDebouncedValue(search.trim(), 180);
  const list = useOperation(
    'listProductionRuns',
    { query: { limit: 50, ...(debounced ? { search: debounced } : {}) } },
    { staleTime: 30_000 },
  );
  const known = new Map<number, Reference>([...value, ...(list.data?.items ?? [])].map((item) => [item.id, item]));
  return (
    <MultiSelect
      searchable
      openOnFocus={false}
      clearable
      nothingFoundMessage={list.isFetching ? common.loading : common.none}
      clearButtonProps={{ 'aria-label': common.clear }}
      maxDropdownHeight={280}
      {...select}
      data={[...known.values()].map((item) => ({ value: String(item.id), label: item.name }))}
      filter={({ options }) => options}
      value={value.map((item) => String(item.id))}
      onChange={(ids) =>
        onChange(ids.flatMap((id) => known.get(Number(id)) ?? []).map(({ id, name }) => ({ id, name })))
      }
      searchValue={search}
      onSearchChange={setSearch}
    />
  );
}
