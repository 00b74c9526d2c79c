import type { AlertKind } from '../../../../src-shared/contract/alerts.ts';
import { findingsOf } from '../../../../src-shared/domain/alerts/findings.ts';
import type { Queryable } from '../../platform/db/queryable.ts';
import type { AfterFold, InTransaction } from '../../status/after-fold.ts';
import { sumPlaceCounts } from '../../trackers/place-counts-store.ts';
import { sumTrackerCounts } from '../../trackers/tracker-counts-store.ts';
import { confirmDeliveries } from '../deliveries-store.ts';
import { sumRunCounts } from '../run-counts-store.ts';
import { sumTimeCounts } from '../time-counts-store.ts';
import {
  analysedTrackers,
  isAnyQueued,
  locationsOfRuns,
  queueForAnalysis,
  recentHours,
  recentReports,
  takeForAnalysis,
} from './analysed-trackers-store.ts';
import { type AlertChanges, reconcileAlerts, type TrackerFinding } from './raise-alerts-store.ts';
import { reconcileLogins } from './raise-login-alerts-store.ts';
import {
  pageOfTrackers,
  type RunSilence,
  reconcileSilentRuns,
  reconcileSilentTrackers,
  together,
} from './silence-alerts-store.ts';
import { readThresholds } from './thresholds.ts';
import { wakeAlerts } from './triage-store.ts';

/** The kinds that a tracker's own reports raise and resolve. */
const kindsOfReports: readonly AlertKind[] = [
  'impossible-speed',
  'left-delivery',
  'unexpected-stop',
  'off-route',
  'battery-low',
];

interface Assessment extends AlertChanges {
  trackers: number;
}

/**
 * One transaction: works out deliveries and alerts of up to `limit` trackers whose history or reports have changed. A
 * handful of statements, each bounded by a tracker's last days.
 */
async function assessPending(tx: Queryable, limit: number, now: Date): Promise<Assessment> {
  const trackerIds = await takeForAnalysis(tx, limit);
  if (trackerIds.length === 0) return { trackers: 0, clientIds: [] };
  const thresholds = await readThresholds(tx);
  const trackers = await analysedTrackers(tx, trackerIds, now);
  const deliveries = await confirmDeliveries(tx, trackerIds, thresholds.minimumDwellMinutes, now);
  const reports = await recentReports(tx, trackerIds);
  const moving = trackers.filter(({ status, runId }) => status === 'IN_TRANSIT' && runId !== null);
  const hours = await recentHours(
    tx,
    moving.map(({ trackerId }) => trackerId),
    // Twice as long is critical; a longer stop is shown to last as long as these hours reach.
    4 * thresholds.stopHours,
  );
  const locations = await locationsOfRuns(tx, [...new Set(moving.map(({ runId }) => runId!))]);
  const findings = trackers.flatMap(
    ({ trackerId, runPeriodId, runId, clientId, isOver, status, batteryLevel }): TrackerFinding[] => {
      if (runPeriodId === null || runId === null || clientId === null || isOver) return [];
      const facts = {
        status,
        batteryLevel,
        reports: reports.get(trackerId) ?? [],
        hours: hours.get(trackerId) ?? [],
        delivery: deliveries.get(trackerId) ?? null,
        runLocations: locations.get(runId) ?? [],
      };
      return findingsOf(facts, thresholds).map((finding) => ({ ...finding, trackerId, runPeriodId, runId, clientId }));
    },
  );
  return { trackers: trackerIds.length, ...(await reconcileAlerts(tx, trackerIds, kindsOfReports, findings, now)) };
}

/**
 * What the passing of time alone causes: silence, and its end; logins of sources that expire; the end of snoozes. Trackers
 * are looked at page by page, each in a transaction of its own, so that a fold waits for one page at most. Counts of trackers
 * and runs are summed up first.
 */
async function assessSilence(inTransaction: InTransaction, now: Date): Promise<AlertChanges> {
  const clientIds = new Set<number | null>();
  const runs = new Map<number, RunSilence>();
  await inTransaction(sumTrackerCounts);
  await inTransaction(sumPlaceCounts);
  await inTransaction(sumRunCounts);
  await inTransaction(sumTimeCounts);
  const thresholds = await inTransaction(readThresholds);
  for (let after = 0; ; ) {
    const through = await inTransaction(async (tx) => {
      const last = await pageOfTrackers(tx, after);
      if (last === null) return null;
      const page = await reconcileSilentTrackers(tx, { after, through: last }, thresholds, now);
      for (const clientId of page.clientIds) clientIds.add(clientId);
      for (const run of page.runs) {
        const known = runs.get(run.runId);
        runs.set(run.runId, known ? together(known, run) : run);
      }
      return last;
    });
    if (through === null) break;
    after = through;
  }
  await inTransaction(async (tx) => {
    const ofRuns = await reconcileSilentRuns(tx, [...runs.values()], thresholds, now);
    for (const clientId of ofRuns.clientIds) clientIds.add(clientId);
    if (await reconcileLogins(tx, now)) clientIds.add(null);
    // Snoozes are nobody's but staff's.
    if (await wakeAlerts(tx, now)) clientIds.add(null);
  });
  return { clientIds: [...clientIds] };
}

/** Deliveries and alerts, as the status engine calls for them. */
export const assessment: AfterFold = {
  queue: queueForAnalysis,
  isQueued: isAnyQueued,
  workOff: assessPending,
  timePassed: assessSilence,
};
