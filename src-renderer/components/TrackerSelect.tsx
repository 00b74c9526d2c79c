import { Select } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useState } from 'react';
import type { Tracker } from '../../src-shared/contract/trackers.ts';
import { useOperation } from '../api/use-operation.ts';
import { common } from '../strings/common.ts';
import { trackers as words } from '../strings/trackers.ts';

type Labelled = Pick<Tracker, 'id' | 'macAddress'>;

interface Props {
  label: string;
  value: Labelled | null;
  onChange: (tracker: Labelled | null) => void;
  /** Not offered. */
  exclude?: readonly number[];
}

const LIMIT = 20;
const nameOf = ({ id, macAddress }: Labelled) => macAddress ?? words.noMac(id);

/** Chooses a tracker by MAC address, serial number or key; the server searches, retired ones too. */
export function TrackerSelect({ label, value, onChange, exclude = [] }: Props) {
  const [search, setSearch] = useState('');
  const [debounced] = useDebouncedValue(search.trim(), 180);
  const typed = value && debounced === nameOf(value) ? '' : debounced;
  const list = useOperation(
    'listTrackers',
    { query: { search: typed, limit: LIMIT, retired: 'with' } },
    { enabled: typed.length >= 2 },
  );
  const found = (typed.length >= 2 ? list.data?.items : undefined)?.filter(({ id }) => !exclude.includes(id)) ?? [];
  const offered: readonly (Labelled & { serialNumber?: string | null })[] =
    value && !found.some(({ id }) => id === value.id) ? [value, ...found] : found;
  return (
    <Select
      label={label}
      searchable
      clearable
      required
      placeholder={words.searchPlaceholder}
      nothingFoundMessage={list.isFetching ? common.loading : typed.length < 2 ? words.searchHint : common.none}
      comboboxProps={{ withinPortal: true }}
      clearButtonProps={{ 'aria-label': common.clear }}
      data={offered.map((tracker) => ({ value: String(tracker.id), label: nameOf(tracker) }))}
      filter={({ options }) => options}
      value={value === null ? null : String(value.id)}
      onChange={(next) => onChange(offered.find(({ id }) => String(id) === next) ?? null)}
      searchValue={search}
      onSearchChange={setSearch}
    />
  );
}
