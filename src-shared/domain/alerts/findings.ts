import type { AlertEvidence, AlertKind, Severity, Thresholds } from '../../contract/alerts.ts';
import type { Status } from '../../contract/status.ts';
import { distanceM, type Position, sphereDistanceM } from '../geo/distance.ts';

/** A report that counts. `at` is epoch milliseconds. */
export interface SeenReport {
  at: number;
  position: Position;
  accuracyM: number;
}
/** An hour of reports that count: their mean position, and the first and last of them in epoch milliseconds. */
export interface SeenHour {
  firstAt: number;
  lastAt: number;
  position: Position;
}

/** What a tracker's own reports tell about anomalies. Times are epoch milliseconds. */
export interface TrackerFacts {
  status: Status;
  batteryLevel: string | null;
  /** The last reports that count, oldest first. */
  reports: readonly SeenReport[];
  /** The last hours with reports that count, oldest first. */
  hours: readonly SeenHour[];
  /** The tracker's confirmed delivery in its run. `leftAt` is null while it is still there. */
  delivery: { locationId: number; visitId: string; leftAt: number | null } | null;
  /** Positions of the run's locations. */
  runLocations: readonly Position[];
}

export interface Finding {
  kind: AlertKind;
  severity: Severity;
  /** Epoch milliseconds. */
  evidenceAt: number;
  locationId: number | null;
  evidence: AlertEvidence;
}

const HOUR = 3_600_000;
/** How far back from the last report impossible speeds are looked for, and so how long such an alert lasts. */
const SPEED_WINDOW_MS = 24 * HOUR;
/** A shorter jump is taken for the error of two fixes, whatever accuracy they claim. */
const SMALLEST_JUMP_M = 2_000;

/**
 * The anomalies that hold after the tracker's last report, at most one of each kind. The clock is never read, so
 * silence, which only time brings about, is not found here.
 */
export function findingsOf(facts: TrackerFacts, thresholds: Thresholds): Finding[] {
  return [
    impossibleSpeed(facts, thresholds),
    leftDelivery(facts),
    unexpectedStop(facts, thresholds),
    offRoute(facts, thresholds),
    lowBattery(facts),
  ].filter((finding) => finding !== null);
}

const iso = (at: number) => new Date(at).toISOString();

/** The fastest leg of the last day, if nothing travels that fast: a wrong fix, or a copied tag. */
function impossibleSpeed({ reports }: TrackerFacts, { maxSpeedKmh }: Thresholds): Finding | null {
  const last = reports.at(-1);
  if (last === undefined) return null;
  let worst: Finding | null = null;
  for (let i = 1; i < reports.length; i++) {
    const from = reports[i - 1]!;
    const to = reports[i]!;
    if (to.at < last.at - SPEED_WINDOW_MS) continue;
    const moved = distanceM(from.position, to.position) - from.accuracyM - to.accuracyM;
    if (moved < SMALLEST_JUMP_M) continue;
    // Report times are whole seconds, so two of the same second may be up to a second apart.
    const speedKmh = Math.round((moved / 1000 / Math.max(1_000, to.at - from.at)) * HOUR);
    if (speedKmh <= maxSpeedKmh || (worst?.evidence.speedKmh ?? 0) >= speedKmh) continue;
    worst = {
      kind: 'impossible-speed',
      severity: 'warning',
      evidenceAt: to.at,
      locationId: null,
      evidence: { speedKmh, distanceM: Math.round(moved), from: iso(from.at), to: iso(to.at) },
    };
  }
  return worst;
}

/** The tracker was delivered, and is no longer in a delivery location. */
function leftDelivery({ status, delivery }: TrackerFacts): Finding | null {
  if (delivery === null || delivery.leftAt === null || status === 'DELIVERED') return null;
  return {
    kind: 'left-delivery',
    // In a warehouse of its run it is a return. Anywhere else nobody expects it.
    severity: status === 'IN_STORAGE' ? 'warning' : 'critical',
    evidenceAt: delivery.leftAt,
    locationId: delivery.locationId,
    evidence: { leftAt: iso(delivery.leftAt), visitId: delivery.visitId },
  };
}

/** In transit, and yet its hourly positions have long been in one place, which is no location of its run. */
function unexpectedStop({ status, hours }: TrackerFacts, { stopHours, stopRadiusM }: Thresholds): Finding | null {
  const last = hours.at(-1);
  if (status !== 'IN_TRANSIT' || last === undefined) return null;
  let since = last.firstAt;
  for (const hour of hours.toReversed()) {
    if (sphereDistanceM(hour.position, last.position) > stopRadiusM) break;
    since = hour.firstAt;
  }
  const stood = (last.lastAt - since) / HOUR;
  if (stood < stopHours) return null;
  return {
    kind: 'unexpected-stop',
    severity: stood >= 2 * stopHours ? 'critical' : 'warning',
    evidenceAt: last.lastAt,
    locationId: null,
    evidence: { since: iso(since), hours: Math.round(stood), position: toPoint(last.position) },
  };
}

/** In transit, and far from every location of its run. */
function offRoute({ status, reports, runLocations }: TrackerFacts, { offRouteKm }: Thresholds): Finding | null {
  const last = reports.at(-1);
  if (status !== 'IN_TRANSIT' || last === undefined || runLocations.length === 0) return null;
  let nearest = Infinity;
  for (const location of runLocations) nearest = Math.min(nearest, sphereDistanceM(location, last.position));
  if (nearest <= offRouteKm * 1000) return null;
  return {
    kind: 'off-route',
    severity: 'warning',
    evidenceAt: last.at,
    locationId: null,
    evidence: { distanceM: Math.round(nearest), position: toPoint(last.position) },
  };
}

function lowBattery({ batteryLevel, reports }: TrackerFacts): Finding | null {
  const last = reports.at(-1);
  if (last === undefined || (batteryLevel !== 'low' && batteryLevel !== 'very-low')) return null;
  return {
    kind: 'battery-low',
    severity: batteryLevel === 'very-low' ? 'warning' : 'info',
    evidenceAt: last.at,
    locationId: null,
    evidence: { batteryLevel },
  };
}

const toPoint = ({ longitude, latitude }: Position) => ({
  type: 'Point' as const,
  coordinates: [longitude, latitude] as [number, number],
});
