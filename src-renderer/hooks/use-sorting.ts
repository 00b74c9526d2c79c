import type { UrlFilters } from './use-url-filters.ts';

/** The order of a list, kept in its address unless it is the usual one; for the request and the table. */
export function useSorting<S extends string>(filters: UrlFilters<'sort'>, sorts: readonly S[], usual: NoInfer<S>) {
  const sort = sorts.find((each) => each === filters.values.sort) ?? usual;
  return { sort, onSortChange: (next: string) => filters.set({ sort: next === usual ? null : next }) };
}
