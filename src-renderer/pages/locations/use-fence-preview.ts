import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, type UseQueryResult } from '@tanstack/react-query';
import { useMemo } from 'react';
import type { Outline } from '../../../src-shared/domain/fences/outline.ts';
import type { OperationOutput } from '../../api/client.ts';
import { useOperation } from '../../api/use-operation.ts';
import { type Draft, type DraftFenceShape, type Editing, fenceOf, MAX_RADIUS_M, MIN_RADIUS_M } from './draft.ts';

export type FencePreview = OperationOutput<'previewFence'>;
export type FenceSurroundings = OperationOutput<'getFenceSurroundings'>;
/** While a fence is dragged, at most about eight questions a second. */
const WAIT_MS = 120;

/** Slower: reports are counted, and outlines compared. */
const SURROUNDINGS_WAIT_MS = 500;

/** The fence of a form as the API takes it, and for whom it counts; null while it is none. */
function askedOf(editing: Editing | null, draft: Draft) {
  const fence = editing ? fenceOf(draft) : null;
  if (!editing || !fence || !isUsable(fence)) return null;
  const runs = [draft.productionRunId, ...draft.productionRuns.map(({ id }) => id)].filter((id) => id !== null);
  return {
    fence,
    concerned: {
      ...(runs.length > 0 ? { productionRunIds: [...new Set(runs)] } : {}),
      ...(editing.location ? { locationId: editing.location.id } : {}),
    },
  };
}

const isUsable = ({ longitude, latitude, radius, outline }: DraftFenceShape): boolean =>
  Math.abs(longitude) <= 180 &&
  Math.abs(latitude) <= 90 &&
  radius >= (outline ? 0 : MIN_RADIUS_M) &&
  radius <= MAX_RADIUS_M;

const outlineOf = (coordinates: Outline) => ({ type: 'MultiPolygon' as const, coordinates });
const settings = { placeholderData: keepPreviousData, gcTime: 30_000, staleTime: 5_000 };

/**
 * Which trackers the fence of the form would hold, as it is typed, slid, drawn or dragged. Only those of its runs count, as
 * for the status rules; a fence without a run is measured against all trackers, to see what a run would bring.
 */
export function useFencePreview(editing: Editing | null, draft: Draft): UseQueryResult<FencePreview, Error> {
  const asked = askedOf(editing, draft);
  // Nothing until a fence has settled: the first answer shown is this fence's, not that of the form before it opened.
  const settled = useSettled(asked, WAIT_MS);
  const { fence, concerned } = settled ?? nothing;
  const { productionRunIds, ...others } = concerned;
  const ofRuns = productionRunIds ? { productionRunIds: productionRunIds.join() } : {};
  const isOutline = fence.outline !== null;
  const enabled = asked !== null && settled !== null;
  const circle = useOperation(
    'previewFence',
    { query: { longitude: fence.longitude, latitude: fence.latitude, radiusM: fence.radius, ...ofRuns, ...others } },
    { ...settings, enabled: enabled && !isOutline },
  );
  const outline = useOperation(
    'previewOutline',
    { body: { outline: outlineOf(fence.outline ?? []), marginM: fence.radius, ...concerned } },
    { ...settings, enabled: enabled && isOutline },
  );
  return isOutline ? outline : circle;
}

/** How many of the last reports lie inside the fence of the form, and the fences that it overlaps. */
export function useFenceSurroundings(editing: Editing | null, draft: Draft): FenceSurroundings | undefined {
  const asked = askedOf(editing, draft);
  const settled = useSettled(asked, SURROUNDINGS_WAIT_MS);
  const { fence, concerned } = settled ?? nothing;
  const position = { type: 'Point' as const, coordinates: [fence.longitude, fence.latitude] as [number, number] };
  const { data } = useOperation(
    'getFenceSurroundings',
    {
      body: {
        geofenceRadiusM: fence.radius,
        ...(fence.outline ? { outline: outlineOf(fence.outline) } : { position }),
        ...concerned,
      },
    },
    { ...settings, enabled: asked !== null && settled !== null },
  );
  return asked === null ? undefined : data;
}

type Asked = NonNullable<ReturnType<typeof askedOf>>;
const nothing: Asked = { fence: { longitude: 0, latitude: 0, radius: 100, outline: null }, concerned: {} };

function useSettled(asked: Asked | null, waitMs: number): Asked | null {
  const [settled] = useDebouncedValue(asked === null ? null : JSON.stringify(asked), waitMs);
  return useMemo(() => (settled === null ? null : (JSON.parse(settled) as Asked)), [settled]);
}
