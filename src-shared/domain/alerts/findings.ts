import type { AlertEvidence, AlertKind, Severity, Thresholds } from '../../contract/alerts.ts';
import type { Status } from '../../contract/trackers.ts';
import { distanceM, type Position, sphereDistanceM } from '../geo/distance.ts';

/** A report that counts. `at` is epoch milliseconds. */
export interface SeenReport {
  at: number;
  position: Position;
  accuracyM: number;
}
/** An hour of reports that count: where they were on average, and the first and last of them (epoch milliseconds). */
export interface SeenHour {
  firstAt: number;
  lastAt: number;
  position: Position;
}

/** All of a tracker that its own reports tell about anomalies. Times are epoch milliseconds. */
export interface TrackerFacts {
  status: Status;
  batteryLevel: string | null;
  /** The last reports that count, oldest first. */
  reports: readonly SeenReport[];
  /** The last hours with reports that count, oldest first. */
  hours: readonly SeenHour[];
  /** The tracker's confirmed delivery in its run, and when that location was left (null: it is still there). */
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
/** Reports of so long before the last one are looked at for impossible speeds: that is how long such an alert lasts. */
export const SPEED_WINDOW_MS = 24 * HOUR;
/** Below this, a jump is the error of two fixes, whatever they say of their accuracy. */
const SMALLEST_JUMP_M = 2_000;

/**
 * The anomalies that hold after the tracker's last report, at most one of a kind. Pure, and free of the clock: what
 * only time brings about (silence) is not here.
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

/** The fastest leg of the last day, when nothing travels that fast: a wrong fix, or a tag that somebody copied. */
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
    // Reports carry whole seconds: two of the same second may be a second apart.
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

/** It was delivered, and is no longer in a delivery location. */
function leftDelivery({ status, delivery }: TrackerFacts): Finding | null {
  if (delivery === null || delivery.leftAt === null || status === 'DELIVERED') return null;
  return {
    kind: 'left-delivery',
    // Back in a warehouse of its run is a return; anywhere else nobody knows of it.
    severity: status === 'IN_STORAGE' ? 'warning' : 'critical',
    evidenceAt: delivery.leftAt,
    locationId: delivery.locationId,
    evidence: { leftAt: iso(delivery.leftAt), visitId: delivery.visitId },
  };
}

/** In transit, and yet its hourly positions have stayed in one place that is none of its run's. */
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

/** In transit, and far from every location that its run has. */
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
