import type { MapFeature } from '../../../../src-shared/contract/map.ts';
import type { Status } from '../../../../src-shared/contract/status.ts';
import type { Tracker } from '../../../../src-shared/contract/trackers.ts';
import { mercatorY } from '../../../../src-shared/domain/map/mercator.ts';
import { type Held, holdsOf } from '../../map/held.ts';
import { type Box, cellsAround, normaliseBox, singlesUpTo } from '../../map/map-grid.ts';

export interface OfflineMapQuery {
  bbox: Box;
  zoom: number;
  clientId?: number | undefined;
  productionRunId?: number | undefined;
  status?: Status | undefined;
  maxAgeHours?: number | undefined;
}

/** The map of pinned trackers, on the same grid as the central database's. */
export function mapOffline(trackers: readonly Tracker[], query: OfflineMapQuery, now: Date) {
  const box = normaliseBox(query.bbox);
  const hits = trackers.filter((tracker) => matches(tracker, query, box, now));
  const cells = cellsAround(box, query.zoom);
  const oneByOne = hits.length <= singlesUpTo(query.zoom);
  const groups = Map.groupBy(hits, (tracker) => {
    if (oneByOne) return String(tracker.id);
    const [longitude, latitude] = tracker.lastReport!.position.coordinates;
    return `${Math.floor(((longitude + 180) / 360) * cells)} ${Math.floor(mercatorY(latitude) * cells)}`;
  });
  return { type: 'FeatureCollection' as const, features: [...groups.values()].map(featureOf), total: hits.length };
}

function matches(tracker: Tracker, query: OfflineMapQuery, box: Box, now: Date): boolean {
  const { lastReport } = tracker;
  if (!lastReport) return false;
  const [longitude, latitude] = lastReport.position.coordinates;
  const across =
    box.west <= box.east
      ? longitude >= box.west && longitude <= box.east
      : longitude >= box.west || longitude <= box.east;
  return (
    across &&
    latitude >= box.south &&
    latitude <= box.north &&
    (query.clientId === undefined || tracker.client?.id === query.clientId) &&
    (query.productionRunId === undefined || tracker.productionRun?.id === query.productionRunId) &&
    (query.status === undefined || tracker.status === query.status) &&
    (query.maxAgeHours === undefined ||
      Date.parse(lastReport.reportedAt) >= now.getTime() - query.maxAgeHours * 3_600_000)
  );
}

function featureOf(group: readonly Tracker[]): MapFeature {
  const points = group.map((tracker) => tracker.lastReport!.position.coordinates);
  const [first] = group;
  if (group.length === 1 && first) {
    const report = first.lastReport!;
    return {
      type: 'Feature',
      geometry: report.position,
      properties: {
        kind: 'tracker',
        trackerId: first.id,
        macAddress: first.macAddress,
        status: first.status,
        reportedAt: report.reportedAt,
        horizontalAccuracyM: report.horizontalAccuracyM,
        nearestCity: report.nearestCity && `${report.nearestCity.name}, ${report.nearestCity.countryCode}`,
      },
    };
  }
  const longitudes = points.map(([longitude]) => longitude);
  const latitudes = points.map(([, latitude]) => latitude);
  const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const statusCounts = { UNKNOWN: 0, IN_TRANSIT: 0, IN_STORAGE: 0, DELIVERED: 0 };
  for (const tracker of group) statusCounts[tracker.status]++;
  return {
    type: 'Feature',
    geometry: { type: 'Point', coordinates: [mean(longitudes), mean(latitudes)] },
    properties: {
      kind: 'cluster',
      count: group.length,
      statusCounts,
      holds: holdsOf(heldBy(group)),
      bounds: [Math.min(...longitudes), Math.min(...latitudes), Math.max(...longitudes), Math.max(...latitudes)],
    },
  };
}

function heldBy(group: readonly Tracker[]): Held {
  const cities = group.flatMap(({ lastReport }) => lastReport?.nearestCity ?? []);
  const counted = (keys: string[]) =>
    new Map([...Map.groupBy(keys, (key) => key)].map(([key, all]) => [key, all.length]));
  return {
    countries: counted(cities.map(({ countryCode }) => countryCode)),
    cities: counted(cities.map(({ name }) => name)),
  };
}
