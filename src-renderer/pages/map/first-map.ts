import { askEarly } from '../../api/use-operation.ts';
import { START, WORLD } from '../../map/view.ts';
import { type MapFilters, mapKeys, toMapFilters } from './filters.ts';

/** The question for all that filters match, as a map begins that nobody gave a view. */
export const firstMap = (filters: MapFilters) => ({ query: { bbox: WORLD, zoom: START.zoom, ...filters } });

/** Asks what the map of an address shows at first, unless that hangs on the size of the window. */
export function askForFirstMap({ searchParams }: URL): void {
  if (['at', 'tracker', 'replay'].some((key) => searchParams.has(key))) return;
  const values = Object.fromEntries(mapKeys.map((key) => [key, searchParams.get(key) ?? undefined]));
  askEarly('getMapTrackers', firstMap(toMapFilters(values)));
}
