import { Group, SegmentedControl } from '@mantine/core';
import { ReferenceSelect } from '../../components/ReferenceSelect.tsx';
import { SearchInput } from '../../components/SearchInput.tsx';
import { idOf, type UrlFilters } from '../../hooks/use-url-filters.ts';
import { fetcher } from '../../strings/fetcher.ts';

const { failures: words } = fetcher;

const failureKinds = ['failing', 'consistent', 'incomplete', 'muted'] as const;
export type FailureKind = (typeof failureKinds)[number];
export const filterKeys = ['failures', 'failureRun', 'failureMac'] as const;
export type FailureFilterKey = (typeof filterKeys)[number];

export const kindOf = (text: string | undefined): FailureKind =>
  failureKinds.find((kind) => kind === text) ?? 'failing';

/** What the route is asked for. */
export function queryOf(values: Partial<Record<FailureFilterKey, string>>) {
  const kind = kindOf(values.failures);
  const productionRunId = idOf(values.failureRun);
  return {
    ...(kind === 'failing' ? {} : { [kind]: 'true' as const }),
    ...(productionRunId ? { productionRunId } : {}),
    ...(values.failureMac ? { search: values.failureMac } : {}),
  };
}

interface Props {
  filters: UrlFilters<FailureFilterKey>;
  counts: Record<FailureKind, number>;
}

/** Which trackers are listed: those that fail, do so consistently, may be incomplete, or are muted; of which run. */
export function FailureFilters({ filters, counts }: Props) {
  const { values, set } = filters;
  return (
    <Group gap="sm" mb="xs" wrap="wrap">
      <SegmentedControl
        size="xs"
        aria-label={words.kind}
        value={kindOf(values.failures)}
        onChange={(kind) => set({ failures: kind === 'failing' ? null : kind })}
        data={failureKinds.map((kind) => ({ value: kind, label: words.kinds[kind](counts[kind]) }))}
      />
      <ReferenceSelect
        kind="productionRun"
        aria-label={words.run}
        placeholder={words.run}
        w={200}
        value={idOf(values.failureRun) ?? null}
        onChange={(id) => set({ failureRun: id })}
      />
      <SearchInput
        label={words.search}
        width={190}
        value={values.failureMac ?? ''}
        onChange={(text) => set({ failureMac: text })}
      />
    </Group>
  );
}
