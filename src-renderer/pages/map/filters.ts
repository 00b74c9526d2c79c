import { type Status, statuses } from '../../../src-shared/contract/trackers.ts';
import { idOf } from '../../hooks/use-url-filters.ts';

export const mapKeys = ['clientId', 'productionRunId', 'status', 'maxAgeHours', 'tracker', 'at', 'fences'] as const;
export type MapKey = (typeof mapKeys)[number];

export interface MapFilters {
  clientId?: number;
  productionRunId?: number;
  status?: Status;
  maxAgeHours?: number;
}

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
