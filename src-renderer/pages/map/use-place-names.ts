import { useEffect, useMemo, useState } from 'react';
import type { Location } from '../../../src-shared/contract/locations.ts';
import type { MapFeature } from '../../../src-shared/contract/map.ts';
import { countriesAt } from '../../map/base/vector-client.ts';
import { featureKey } from '../../map/feature-layer.ts';
import { useFences } from '../../map/use-fences.ts';

/** Degrees within which a cluster is named after a location of the company rather than its country. */
const NEAR_DEGREES = 0.25;

/**
 * Names the clusters of the list beside the map without asking a service: after the nearest location of the company
 * when the cluster is small and next to one, after the country otherwise.
 * @returns names by `featureKey`; what has none, or not yet, is absent
 */
export function usePlaceNames(features: readonly MapFeature[]): ReadonlyMap<string, string> {
  const locations = useFences(null);
  const [countries, setCountries] = useState<ReadonlyMap<string, string>>(new Map());
  const clusters = useMemo(() => features.filter(({ properties }) => properties.kind === 'cluster'), [features]);
  useEffect(() => {
    let wanted = true;
    countriesAt(clusters.map(({ geometry }) => geometry.coordinates)).then(
      (names) => wanted && setCountries(new Map(clusters.map((cluster, i) => [featureKey(cluster), names[i] ?? '']))),
      () => {},
    );
    return () => {
      wanted = false;
    };
  }, [clusters]);
  return new Map(
    clusters.map((cluster) => {
      const key = featureKey(cluster);
      return [
        key,
        (isSmall(cluster) && nearest(locations, ...cluster.geometry.coordinates)) || (countries.get(key) ?? ''),
      ];
    }),
  );
}

function isSmall({ properties }: MapFeature): boolean {
  if (properties.kind !== 'cluster') return true;
  const [west, south, east, north] = properties.bounds;
  return Math.max(east - west, north - south) < 2 * NEAR_DEGREES;
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
