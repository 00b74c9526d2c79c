import { Group } from '@mantine/core';
import { DateInput } from '@mantine/dates';
import { SearchInput } from '../../components/SearchInput.tsx';
import { type UrlFilters, useUrlFilters } from '../../hooks/use-url-filters.ts';
import { audit as words } from '../../strings/audit.ts';

type Key = 'actor' | 'action' | 'on' | 'from' | 'to';
const keys: readonly Key[] = ['actor', 'action', 'on', 'from', 'to'];
const DAY_MS = 86_400_000;

export type AuditQuery = Partial<Record<'actor' | 'action' | 'resourceType' | 'resourceId' | 'from' | 'to', string>>;
export type AuditFilters = UrlFilters<Key> & { query: AuditQuery };

/** The filters in the address, and as the API takes them. Days are UTC, the last one included. */
export function useAuditFilters(): AuditFilters {
  const filters = useUrlFilters(keys);
  const { actor, action, on, from, to } = filters.values;
  const [resourceType, resourceId] = (on ?? '').split(/[\s/#]+/);
  const query = {
    ...(actor ? { actor } : {}),
    ...(action ? { action } : {}),
    ...(resourceType ? { resourceType } : {}),
    ...(resourceId ? { resourceId } : {}),
    ...(from ? { from: `${from}T00:00:00Z` } : {}),
    ...(to ? { to: new Date(Date.parse(`${to}T00:00:00Z`) + DAY_MS).toISOString() } : {}),
  };
  return { ...filters, query };
}

/** Who, what, on what, and when. */
export function AuditFilterBar({ filters }: { filters: AuditFilters }) {
  const { values, set } = filters;
  return (
    <Group gap="sm" align="flex-end">
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
      {(['from', 'to'] as const).map((key) => (
        <DateInput
          key={key}
          w={140}
          clearable
          label={words[key]}
          value={values[key] || null}
          onChange={(day) => set({ [key]: day })}
        />
      ))}
    </Group>
  );
}
