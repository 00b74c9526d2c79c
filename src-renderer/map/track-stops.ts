import type { Status } from '../../src-shared/contract/status.ts';
import { distanceM } from '../../src-shared/domain/geo/distance.ts';

export interface Stop {
  /** Index of its first and of its last point. */
  from: number;
  to: number;
  latitude: number;
  longitude: number;
  status: Status;
  stayMs: number;
}
interface Point {
  reportedAt: string;
  latitude: number;
  longitude: number;
  status: Status | null;
}

/** Two visits at places farther apart are two, even where nothing was heard between them. */
const APART_M = 5_000;
/** Shorter stays are no stop to point out. */
const LEAST_MS = 30 * 60_000;

/** The visits of a track: stretches in storage or delivered, each with how long it stayed, at the middle of its reports. */
export function stopsOf(points: readonly Point[]): Stop[] {
  const stops: Stop[] = [];
  let from = -1;
  const end = (to: number) => {
    if (from < 0) return;
    const some = points.slice(from, to + 1);
    // Until the first report elsewhere: that is when it is known to have gone.
    const until = points[to + 1] ?? points[to]!;
    const stayMs = Date.parse(until.reportedAt) - Date.parse(points[from]!.reportedAt);
    const mean = (of: (point: Point) => number) => some.reduce((sum, point) => sum + of(point), 0) / some.length;
    const near = points[from]!.longitude;
    const longitude = mean((point) => point.longitude - 360 * Math.round((point.longitude - near) / 360));
    if (stayMs >= LEAST_MS)
      stops.push({
        from,
        to,
        latitude: mean((point) => point.latitude),
        longitude,
        status: points[from]!.status!,
        stayMs,
      });
    from = -1;
  };
  for (const [n, point] of points.entries()) {
    const stays = point.status === 'IN_STORAGE' || point.status === 'DELIVERED';
    if (from >= 0 && (point.status !== points[from]!.status || distanceM(points[from]!, point) > APART_M)) end(n - 1);
    if (stays && from < 0) from = n;
  }
  end(points.length - 1);
  return stops;
}
