import { useQuery } from '@tanstack/react-query';
import type { Location } from '../../src-shared/contract/locations.ts';
import { call } from '../api/client.ts';

const PAGE = 500;
/** More than a map can tell apart in one view; the largest company known has hundreds. */
const MOST = 10_000;
const kinds = ['listStorageLocations', 'listDeliveryLocations'] as const;
const none: Location[] = [];

/**
 * The locations of both kinds, of one production run or of all: what a map draws fences of. However many there are, page
 * by page.
 * @param productionRunId null for all; undefined for none (nothing is asked for)
 */
export function useFences(productionRunId: number | null | undefined): Location[] {
  const filter = productionRunId ? { productionRunId } : {};
  const options = { enabled: productionRunId !== undefined, staleTime: 60_000 };
  const storage = useQuery({ ...allLocations(kinds[0], filter), ...options });
  const delivery = useQuery({ ...allLocations(kinds[1], filter), ...options });
  return storage.data || delivery.data ? [...(storage.data ?? []), ...(delivery.data ?? [])] : none;
}

interface Filter {
  productionRunId?: number;
  search?: string;
  includeArchived?: 'true';
}

/** All locations of a kind, page by page. The key begins with the operation, so that a change of a location makes it stale. */
export const allLocations = (operation: (typeof kinds)[number], filter: Filter) => ({
  queryKey: [operation, { query: filter }, 'all'],
  queryFn: async ({ signal }: { signal: AbortSignal }): Promise<Location[]> => {
    const found: Location[] = [];
    for (let cursor: string | null = ''; cursor !== null && found.length < MOST; ) {
      const query: Filter & { limit: number; cursor?: string } = {
        limit: PAGE,
        ...filter,
        ...(cursor ? { cursor } : {}),
      };
      const page: { items: Location[]; nextCursor: string | null } = await call(operation, { query }, { signal });
      found.push(...page.items);
      cursor = page.nextCursor;
    }
    return found;
  },
});
