import { useEffect, useState } from 'react';
import type { Location } from '../../../src-shared/contract/locations.ts';
import { useFences } from '../../map/use-fences.ts';
import { type Country, countryAt, loadCountries } from '../../map/vector-data.ts';

/** Degrees within which a cluster is named after a location of the company rather than its country. */
const NEAR_DEGREES = 0.25;

/**
 * Names places for the list beside the map without asking a service: the nearest location of the company when the
 * place is next to one and the cluster is small, the country otherwise.
 */
export function usePlaceNames(): (longitude: number, latitude: number, spanDegrees: number) => string {
  const [countries, setCountries] = useState<Country[]>([]);
  const locations = useFences(null);
  useEffect(() => {
    let wanted = true;
    loadCountries('coarse').then(
      (loaded) => wanted && setCountries(loaded),
      () => {},
    );
    return () => {
      wanted = false;
    };
  }, []);
  return (longitude, latitude, span) =>
    (span < 2 * NEAR_DEGREES ? nearest(locations, longitude, latitude) : null) ??
    countryAt(countries, longitude, latitude) ??
    '';
}

function nearest(locations: Location[], longitude: number, latitude: number): string | null {
  let best: { name: string; distance: number } | null = null;
  for (const { name, position } of locations) {
    const [x, y] = position.coordinates;
    const distance = Math.hypot((x - longitude) * Math.cos((latitude * Math.PI) / 180), y - latitude);
    if (distance < NEAR_DEGREES && (!best || distance < best.distance)) best = { name, distance };
  }
  return best?.name ?? null;
}
