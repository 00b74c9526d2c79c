import type { Location } from '../../src-shared/contract/locations.ts';
import type { MapFeature } from '../../src-shared/contract/map.ts';
import { map as words } from '../strings/map.ts';

type Cluster = Extract<MapFeature['properties'], { kind: 'cluster' }>;

/** Kilometres across up to which a cluster is a city and what lies around it; a square that a map far out counts is smaller. */
const SMALL_KM = 120;
const KM_PER_DEGREE = 111;

/**
 * What a cluster is called: the location whose fence holds all of it, else the countries and cities that its trackers are
 * in; '' where none has a city.
 */
export function clusterName(cluster: Cluster, locations: readonly Location[]): string {
  const [west, south, east, north] = cluster.bounds;
  const shrink = Math.cos((((south + north) / 2) * Math.PI) / 180);
  const across = KM_PER_DEGREE * Math.hypot((east - west) * shrink, north - south);
  const holding = locations.find(({ position: { coordinates }, geofenceRadiusM }) => {
    const radius = geofenceRadiusM / 1000 / KM_PER_DEGREE;
    const dx = Math.max(Math.abs(west - coordinates[0]), Math.abs(east - coordinates[0])) * shrink;
    const dy = Math.max(Math.abs(south - coordinates[1]), Math.abs(north - coordinates[1]));
    return Math.hypot(dx, dy) <= radius;
  });
  return holding?.name ?? words.holds(cluster.holds, cluster.count, across <= SMALL_KM);
}
