import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, type UseQueryResult } from '@tanstack/react-query';
import type { OperationOutput } from '../../api/client.ts';
import { useOperation } from '../../api/use-operation.ts';
import { type Draft, type Editing, fenceOf, MAX_RADIUS_M, MIN_RADIUS_M } from './draft.ts';

export type FencePreview = OperationOutput<'previewFence'>;
/** While a fence is dragged, at most about eight questions a second. */
const WAIT_MS = 120;

/**
 * Which trackers the fence of the form would hold, as it is typed, slid or dragged. Only those of its runs count, as
 * for the status rules; a fence without a run is measured against all trackers, to see what a run would bring.
 */
export function useFencePreview(editing: Editing | null, draft: Draft): UseQueryResult<FencePreview, Error> {
  const fence = editing ? fenceOf(draft) : null;
  const runs = [draft.productionRunId, ...draft.productionRuns.map(({ id }) => id)].filter((id) => id !== null);
  const query = {
    longitude: fence?.longitude ?? 0,
    latitude: fence?.latitude ?? 0,
    radiusM: fence?.radius ?? 100,
    ...(runs.length > 0 ? { productionRunIds: [...new Set(runs)].join() } : {}),
    ...(editing?.location ? { locationId: editing.location.id } : {}),
  };
  const valid =
    fence !== null &&
    Math.abs(fence.longitude) <= 180 &&
    Math.abs(fence.latitude) <= 90 &&
    fence.radius >= MIN_RADIUS_M &&
    fence.radius <= MAX_RADIUS_M;
  // Nothing until a fence has settled: the first answer shown is this fence's, not that of the form before it opened.
  const [settled] = useDebouncedValue(valid ? JSON.stringify(query) : null, WAIT_MS);
  return useOperation(
    'previewFence',
    { query: settled === null ? query : (JSON.parse(settled) as typeof query) },
    { enabled: valid && settled !== null, placeholderData: keepPreviousData, gcTime: 30_000, staleTime: 5_000 },
  );
}
