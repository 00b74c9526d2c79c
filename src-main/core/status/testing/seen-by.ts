import type { Status } from '../../../../src-shared/contract/status.ts';
import type { Database, Scope } from '../../platform/db/queryable.ts';
import { readTrack } from '../../trackers/track-store.ts';
import { locationReports, statusHistory, trackerAggregates } from '../../trackers/tracker-history-store.ts';
import { listTrackers } from '../../trackers/trackers-store.ts';
import type { MadeReport } from './status-world.ts';

const ALL = { limit: 500 };
const time = (text: string | null) => (text === null ? null : Date.parse(text));
const sorted = <T>(items: readonly T[]): T[] =>
  [...items].sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));

/** What somebody is shown of a tracker, as the screens ask for it. Times are epoch milliseconds. */
export async function seenBy(db: Database, scope: Scope, trackerId: number, now: Date) {
  return db.transaction(scope, async (tx) => {
    const { items: entries } = await statusHistory(tx, trackerId, ALL);
    const { items: reports } = await locationReports(tx, trackerId, ALL);
    const { items: hours } = await trackerAggregates(tx, trackerId, { ...ALL, period: 'hour' });
    const { points } = await readTrack(tx, trackerId, ALL);
    const { items: listed } = await listTrackers(tx, { ...ALL, sort: 'id' }, now);
    const row = listed.find(({ id }) => id === trackerId);
    return {
      history: sorted(
        entries.map(({ status, enteredAt, leftAt }) => [status, Date.parse(enteredAt), time(leftAt)] as const),
      ),
      reports: sorted(reports.map(({ reportedAt }) => Date.parse(reportedAt))),
      hours: sorted(hours.map(({ bucketStart, reportCount }) => [Date.parse(bucketStart), reportCount] as const)),
      track: points.map(({ reportedAt }) => Date.parse(reportedAt)),
      row: row ? { count: row.reportCount, lastAt: time(row.lastReport?.reportedAt ?? null) } : null,
    };
  });
}

/** A stretch of time in one run, with what the rules say of it and the reports that lie in it, all of them. */
export interface Stretch {
  history: readonly { status: Status; enteredAt: number; leftAt: number | null }[];
  hours: readonly { startsAt: number; count: number }[];
  reports: readonly MadeReport[];
}

/** Those within the dates of a run. */
export const inWindow = (reports: readonly MadeReport[], run: { startsAt: number; endsAt: number }) =>
  reports.filter(({ at }) => at >= run.startsAt && at < run.endsAt);

/** What somebody is to be shown of a tracker whose stretches `mine` they may see. */
export function toBeSeen(mine: readonly Stretch[], isPresent: boolean): Awaited<ReturnType<typeof seenBy>> {
  const reports = mine.flatMap((stretch) => stretch.reports);
  const placed = sorted(reports.flatMap(({ at, position }) => (position === null ? [] : [at])));
  return {
    history: sorted(
      mine.flatMap(({ history }) => history.map((entry) => [entry.status, entry.enteredAt, entry.leftAt] as const)),
    ),
    reports: sorted(reports.map(({ at }) => at)),
    hours: sorted(mine.flatMap(({ hours }) => hours.map(({ startsAt, count }) => [startsAt, count] as const))),
    track: placed,
    row: isPresent ? { count: reports.length, lastAt: placed.at(-1) ?? null } : null,
  };
}
