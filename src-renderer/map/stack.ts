import type { MapFeature } from '../../src-shared/contract/map.ts';
import type { Status } from '../../src-shared/contract/status.ts';

interface Stack {
  x: number;
  y: number;
  members: MapFeature[];
}

/**
 * Joins single trackers whose icons would lie on top of each other into clusters, for drawing only: the server answers
 * with single trackers as soon as there are few, however close together they are. Clusters of the server stay as they are.
 * @param project place of a feature in pixels of the present zoom
 * @param distance pixels below which two icons are one
 */
export function stackOverlapping(
  features: readonly MapFeature[],
  project: (longitude: number, latitude: number) => { x: number; y: number },
  distance: number,
): MapFeature[] {
  const stacks = new Map<string, Stack[]>();
  const all: Stack[] = [];
  const result: MapFeature[] = [];
  // By id, so that the same trackers make the same stacks in whatever order they come.
  const singles = features.filter(({ properties }) => properties.kind === 'tracker').sort((a, b) => idOf(a) - idOf(b));
  for (const feature of singles) {
    const { x, y } = project(...feature.geometry.coordinates);
    const column = Math.floor(x / distance);
    const row = Math.floor(y / distance);
    let home: Stack | undefined;
    for (let dx = -1; dx <= 1 && !home; dx++)
      for (let dy = -1; dy <= 1 && !home; dy++)
        home = stacks
          .get(`${column + dx} ${row + dy}`)
          ?.find((stack) => Math.hypot(stack.x - x, stack.y - y) < distance);
    if (home) home.members.push(feature);
    else {
      const stack = { x, y, members: [feature] };
      const key = `${column} ${row}`;
      stacks.set(key, [...(stacks.get(key) ?? []), stack]);
      all.push(stack);
    }
  }
  for (const feature of features) if (feature.properties.kind === 'cluster') result.push(feature);
  for (const { members } of all) result.push(members.length === 1 ? members[0]! : toCluster(members));
  return result;
}

const idOf = ({ properties }: MapFeature): number => (properties.kind === 'tracker' ? properties.trackerId : 0);

function toCluster(members: MapFeature[]): MapFeature {
  const longitudes = members.map(({ geometry }) => geometry.coordinates[0]);
  const latitudes = members.map(({ geometry }) => geometry.coordinates[1]);
  const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const statusCounts: Record<Status, number> = { UNKNOWN: 0, IN_TRANSIT: 0, IN_STORAGE: 0, DELIVERED: 0 };
  for (const { properties } of members) if (properties.kind === 'tracker') statusCounts[properties.status] += 1;
  return {
    type: 'Feature',
    geometry: { type: 'Point', coordinates: [mean(longitudes), mean(latitudes)] },
    properties: {
      kind: 'cluster',
      count: members.length,
      statusCounts,
      holds: holdsOf(members),
      bounds: [Math.min(...longitudes), Math.min(...latitudes), Math.max(...longitudes), Math.max(...latitudes)],
    },
  };
}

/** From the words of single trackers' nearest cities, `Basel, CH`. */
function holdsOf(members: readonly MapFeature[]) {
  const cities = members.flatMap(({ properties }) => (properties.kind === 'tracker' && properties.nearestCity) || []);
  const [city, cityCount] = most(cities.map((text) => text.slice(0, text.lastIndexOf(', '))));
  const codes = cities.map((text) => text.slice(text.lastIndexOf(', ') + 2));
  const [code, countryCount] = most(codes);
  const country = code === null ? null : (regions.of(code) ?? code);
  return { countries: new Set(codes).size, country, countryCount, city, cityCount };
}
const regions = new Intl.DisplayNames('en', { type: 'region' });

function most(words: string[]): [string | null, number] {
  const counts = Map.groupBy(words, (word) => word);
  let best: [string | null, number] = [null, 0];
  for (const [word, all] of counts) if (all.length > best[1]) best = [word, all.length];
  return best;
}
