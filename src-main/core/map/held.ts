import type { MapFeature } from '../../../src-shared/contract/map.ts';

/** What a cluster holds: trackers by country code, and by the nearest city of most of them. */
export interface Held {
  countries: ReadonlyMap<string, number>;
  /** The largest of each part; a city that is small in every part may be missing. */
  cities: ReadonlyMap<string, number>;
}
export type Holds = Extract<MapFeature['properties'], { kind: 'cluster' }>['holds'];

const english = new Intl.DisplayNames('en', { type: 'region' });

/** Both together. */
export function heldTogether(parts: readonly (Held | undefined)[]): Held {
  const sum = (what: keyof Held) => {
    const all = new Map<string, number>();
    for (const part of parts) for (const [key, n] of part?.[what] ?? []) all.set(key, (all.get(key) ?? 0) + n);
    return all;
  };
  return { countries: sum('countries'), cities: sum('cities') };
}

/** The counts that a screen makes words of. */
export function holdsOf({ countries, cities }: Held): Holds {
  const [code, countryCount] = most(countries);
  const [city, cityCount] = most(cities);
  const country = code === null ? null : (english.of(code) ?? code);
  return { countries: countries.size, country, countryCount, city, cityCount };
}

/** The largest, and of equal ones the first by name, whatever order they came in. */
function most(counts: ReadonlyMap<string, number>): [string | null, number] {
  let best: [string | null, number] = [null, 0];
  for (const [key, n] of counts) if (n > best[1] || (n === best[1] && key < (best[0] ?? ''))) best = [key, n];
  return best;
}
