import type { Location } from '../../src-shared/contract/locations.ts';
import { useOperation } from '../api/use-operation.ts';

const LIMIT = 500;

/**
 * The locations of both kinds, of one production run or of all: what a map draws fences of.
 * @param productionRunId null for all; undefined for none (nothing is asked for)
 */
export function useFences(productionRunId: number | null | undefined): Location[] {
  const input = { query: { limit: LIMIT, ...(productionRunId ? { productionRunId } : {}) } };
  const options = { enabled: productionRunId !== undefined, staleTime: 60_000 };
  const storage = useOperation('listStorageLocations', input, options);
  const delivery = useOperation('listDeliveryLocations', input, options);
  return [...(storage.data?.items ?? []), ...(delivery.data?.items ?? [])];
}
