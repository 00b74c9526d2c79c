import { Text } from '@mantine/core';
import { SearchInput } from '../../components/SearchInput.tsx';
import { DateRange } from '../../dates/DateRange.tsx';
import { ownZone, zoneName } from '../../dates/format.ts';
import { instantsOf, rangeOf } from '../../dates/range-filter.ts';
import { type UrlFilters, useUrlFilters } from '../../hooks/use-url-filters.ts';
import { audit as words } from '../../strings/audit.ts';
import { dates } from '../../strings/dates.ts';

type Key = 'actor' | 'action' | 'on' | 'from' | 'to' | 'sort';
const keys: readonly Key[] = ['actor', 'action', 'on', 'from', 'to', 'sort'];

export type AuditQuery = Partial<Record<'actor' | 'action' | 'resourceType' | 'resourceId' | 'from' | 'to', string>>;
export type AuditFilters = UrlFilters<Key> & { query: AuditQuery };

/** The filters in the address, and as the API takes them. Days are the person's own, the last one included. */
export function useAuditFilters(): AuditFilters {
  const filters = useUrlFilters(keys, ['sort']);
  const { actor, action, on, from, to } = filters.values;
  const [resourceType, resourceId] = (on ?? '').split(/[\s/#]+/);
  const query = {
    ...(actor ? { actor } : {}),
    ...(action ? { action } : {}),
    ...(resourceType ? { resourceType } : {}),
    ...(resourceId ? { resourceId } : {}),
    ...instantsOf(rangeOf(from, to)),
  };
  return { ...filters, query };
}

/** Who, what, on what, and when. */
export function AuditFilterBar({ filters }: { filters: AuditFilters }) {
  const { values, set } = filters;
  return (
    <>
      <SearchInput
        label={words.actorFilter}
        value={values.actor ?? ''}
        onChange={(next) => set({ actor: next.trim() })}
      />
      <SearchInput
        label={words.actionFilter}
        value={values.action ?? ''}
        onChange={(next) => set({ action: next.trim() })}
      />
      <SearchInput label={words.resourceFilter} value={values.on ?? ''} onChange={(next) => set({ on: next.trim() })} />
      <DateRange value={rangeOf(values.from, values.to)} onChange={set} />
      <Text size="xs" c="dimmed">
        {dates.daysOf.own(zoneName(ownZone))}
      </Text>
    </>
  );
}
