import type { trackFormats } from '../../../../src-shared/contract/business-reports.ts';
import { csvStream } from '../../platform/files/csv-stream.ts';
import { escaped } from '../../platform/files/xlsx-stream.ts';

/** A position on a track. Degrees, metres, ISO 8601 UTC. */
export interface TrackPoint {
  reportedAt: string;
  longitude: number;
  latitude: number;
  accuracyM: number;
  nearestCity: string | null;
  /** Why the status rules leave it out, or null. */
  leftOut: string | null;
}
/** A tracker with its positions, oldest first, a page at a time. */
export interface Track {
  trackerId: number;
  name: string;
  pages: AsyncIterable<TrackPoint[]>;
}
type Format = (typeof trackFormats)[number];

export const trackContentType: Record<Format, string> = {
  geojson: 'application/geo+json',
  gpx: 'application/gpx+xml',
  csv: 'text/csv; charset=utf-8',
};

/** Tracks as a file of the format, a page of positions in memory at a time. */
export function trackFile(format: Format, tracks: AsyncIterable<Track>): AsyncGenerator<string, void, undefined> {
  return { geojson, gpx, csv }[format](tracks);
}

/** RFC 7946: a point for each position, and the way between them as lines that are cut at the antimeridian. */
async function* geojson(tracks: AsyncIterable<Track>): AsyncGenerator<string, void, undefined> {
  yield '{"type":"FeatureCollection","features":[';
  let separator = '\n';
  for await (const { trackerId, name, pages } of tracks) {
    let before: TrackPoint | null = null;
    for await (const points of pages) {
      const features: object[] = points.map(({ longitude, latitude, ...properties }) => ({
        type: 'Feature',
        geometry: { type: 'Point', coordinates: [longitude, latitude] },
        properties: { trackerId, tracker: name, ...properties },
      }));
      const way: TrackPoint[] = before === null ? points : [before, ...points];
      const coordinates = linesOf(way);
      if (coordinates.length > 0) {
        features.push({
          type: 'Feature',
          geometry: { type: 'MultiLineString', coordinates },
          properties: { trackerId, tracker: name, from: way[0]!.reportedAt, to: way.at(-1)!.reportedAt },
        });
      }
      for (const feature of features) {
        yield separator + JSON.stringify(feature);
        separator = ',\n';
      }
      before = points.at(-1) ?? before;
    }
  }
  yield '\n]}\n';
}

type Coordinate = [number, number];

/** The lines of a way, cut where it crosses the antimeridian (RFC 7946, section 3.1.9). */
export function linesOf(points: readonly Pick<TrackPoint, 'longitude' | 'latitude'>[]): Coordinate[][] {
  if (points.length < 2) return [];
  const lines: Coordinate[][] = [[[points[0]!.longitude, points[0]!.latitude]]];
  for (let i = 1; i < points.length; i++) {
    const a = points[i - 1]!;
    const b = points[i]!;
    const east = b.longitude - a.longitude;
    if (Math.abs(east) > 180) {
      const side = east < 0 ? 180 : -180;
      const across = b.longitude + (east < 0 ? 360 : -360);
      const share = (side - a.longitude) / (across - a.longitude);
      const latitude = a.latitude + (Number.isFinite(share) ? share : 0) * (b.latitude - a.latitude);
      lines.at(-1)!.push([side, latitude]);
      lines.push([[-side, latitude]]);
    }
    lines.at(-1)!.push([b.longitude, b.latitude]);
  }
  return lines;
}

/** GPX 1.1 (topografix.com/GPX/1/1): a track for each tracker. */
async function* gpx(tracks: AsyncIterable<Track>): AsyncGenerator<string, void, undefined> {
  yield '<?xml version="1.0" encoding="UTF-8"?>\n<gpx version="1.1" creator="Tracker lifecycle console" xmlns="http://www.topografix.com/GPX/1/1">\n';
  for await (const { name, pages } of tracks) {
    yield `<trk><name>${escaped(name)}</name><trkseg>\n`;
    for await (const points of pages) {
      yield points
        .map(
          ({ longitude, latitude, reportedAt }) =>
            `<trkpt lat="${latitude}" lon="${longitude}"><time>${reportedAt}</time></trkpt>\n`,
        )
        .join('');
    }
    yield '</trkseg></trk>\n';
  }
  yield '</gpx>\n';
}

const csvHeader = ['tracker', 'reported_at', 'longitude', 'latitude', 'accuracy_m', 'nearest_city', 'left_out'];

async function* csv(tracks: AsyncIterable<Track>): AsyncGenerator<string, void, undefined> {
  async function* rows() {
    for await (const { name, pages } of tracks) {
      for await (const points of pages) {
        yield points.map((p) => [name, p.reportedAt, p.longitude, p.latitude, p.accuracyM, p.nearestCity, p.leftOut]);
      }
    }
  }
  yield* csvStream(csvHeader, rows());
}
