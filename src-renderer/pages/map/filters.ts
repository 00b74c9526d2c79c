import { type Status, statuses } from '../../../src-shared/contract/status.ts';
import { idOf } from '../../hooks/use-url-filters.ts';
import { MAX_REPLAYED } from '../../map/replay/timeline.ts';

export const mapKeys = [
  'clientId',
  'productionRunId',
  'status',
  'maxAgeHours',
  'tracker',
  'at',
  'fences',
  'layer',
  'replay',
] as const;
export type MapKey = (typeof mapKeys)[number];

export interface MapFilters {
  clientId?: number;
  productionRunId?: number;
  status?: Status;
  maxAgeHours?: number;
}

/** The trackers whose journeys the address asks for. */
export const replayedIds = (text: string | undefined): number[] =>
  [...new Set((text ?? '').split(',').map(Number))]
    .filter((id) => Number.isSafeInteger(id) && id > 0)
    .slice(0, MAX_REPLAYED);

/** The filters of the address as the API takes them. */
export function toMapFilters(values: Partial<Record<MapKey, string>>): MapFilters {
  const age = Number(values.maxAgeHours);
  const status = statuses.find((known) => known === values.status);
  const clientId = idOf(values.clientId);
  const productionRunId = idOf(values.productionRunId);
  return {
    ...(clientId ? { clientId } : {}),
    ...(productionRunId ? { productionRunId } : {}),
    ...(status ? { status } : {}),
    ...(age > 0 ? { maxAgeHours: age } : {}),
  };
}
