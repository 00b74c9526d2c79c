import { firstDueAt } from '../../../src-shared/domain/fetch-backoff.ts';
import type { Queryable } from '../platform/db/queryable.ts';
import { closingTrackers } from './closing-store.ts';
import { enteredTrackers, forgetEntered } from './entered-store.ts';
import {
  activeRunIds,
  forgetAhead,
  rememberEarlier,
  trackersOfRuns,
  type WantedTracker,
  wantedTrackers,
} from './fetch-states-store.ts';
import type { FetcherSettings } from './fetcher-settings.ts';
import type { FetchSchedule } from './schedule/schedule.ts';

const PAGE = 5000;
const HOUR_MS = 3_600_000;

/**
 * Makes the schedule hold exactly the manufactured trackers of active runs. One that enters gets the due time and
 * factor that the database remembers, or else a first due time with jitter; so a lost or flushed Redis, or a restart,
 * brings everything back as it was. One that is due later than the present settings allow is brought forward.
 */
export async function reconcileSchedule(
  db: Queryable,
  schedule: FetchSchedule,
  settings: FetcherSettings,
  now: Date,
): Promise<{ added: number; removed: number }> {
  // Members are read first, so that a tracker that another console adds meanwhile isn't taken for one that has to
  // leave.
  const leaving = new Set<number>();
  for (let afterId = 0; ; ) {
    const page = await schedule.members({ afterId, limit: PAGE });
    for (const id of page) leaving.add(id);
    if (page.length < PAGE) break;
    afterId = page.at(-1)!;
  }
  let added = 0;
  for (let afterId = 0; ; ) {
    const page = await wantedTrackers(db, { now, afterId, limit: PAGE }, settings);
    await setRight(db, schedule, settings, page, now);
    added += await enter(
      schedule,
      settings,
      page.filter((tracker) => !leaving.delete(tracker.trackerId)),
      now,
    );
    const late = page.flatMap(({ trackerId, nextDueAt, tooLate }) =>
      tooLate && nextDueAt ? [{ trackerId, dueAt: nextDueAt.getTime() }] : [],
    );
    if (late.length > 0) {
      await schedule.hasten(late);
      await rememberEarlier(db, late);
    }
    if (page.length < PAGE) break;
    afterId = page.at(-1)!.trackerId;
  }
  // After those that shorter settings have brought forward.
  await pullBack(schedule, settings, now);
  added += await enterClosing(db, schedule, settings, leaving, now);
  return { added, removed: leaving.size === 0 ? 0 : await schedule.remove([...leaving]) };
}

/** No due time that the settings allow lies beyond this. */
const latestDue = ({ maxBackoffHours }: FetcherSettings, now: Date) => now.getTime() + maxBackoffHours * HOUR_MS;
/** Leases are given for minutes, and prolonged. */
const LONGEST_LEASE_MS = HOUR_MS;

/** A console whose clock was ahead left due times and leases that nobody would live to see. */
async function pullBack(schedule: FetchSchedule, settings: FetcherSettings, now: Date): Promise<void> {
  const at = now.getTime();
  const latest = { now: at, latestDueAt: latestDue(settings, now), latestLeaseEnd: at + LONGEST_LEASE_MS };
  while ((await schedule.pullBack(latest)).length > 0);
}

/** The same of what the database remembers. Changes the page. */
async function setRight(
  db: Queryable,
  schedule: FetchSchedule,
  settings: FetcherSettings,
  page: readonly WantedTracker[],
  now: Date,
): Promise<void> {
  const ahead = page.filter(({ isAhead }) => isAhead);
  if (ahead.length === 0) return;
  const ids = ahead.map(({ trackerId }) => trackerId);
  await forgetAhead(db, ids, new Date(latestDue(settings, now)), now);
  await schedule.makeDue(ids, now.getTime());
  for (const tracker of ahead) Object.assign(tracker, { nextDueAt: now, tooLate: false });
}

/** Trackers that left the queue are asked for once more, where the setting says so. Changes `leaving`. */
async function enterClosing(
  db: Queryable,
  schedule: FetchSchedule,
  { closingAskHours: hours }: FetcherSettings,
  leaving: Set<number>,
  now: Date,
): Promise<number> {
  let added = 0;
  for (let afterId = 0; hours > 0; ) {
    const page = await closingTrackers(db, { now, hours, afterId, limit: PAGE });
    const entering = page.filter((id) => !leaving.delete(id));
    added += await schedule.add(entering.map((trackerId) => ({ trackerId, dueAt: now.getTime(), factor: 1 })));
    if (page.length < PAGE) break;
    afterId = page.at(-1)!;
  }
  return added;
}

async function enter(
  schedule: FetchSchedule,
  settings: FetcherSettings,
  trackers: readonly WantedTracker[],
  now: Date,
): Promise<number> {
  if (trackers.length === 0) return 0;
  return schedule.add(
    trackers.map(({ trackerId, nextDueAt, factor }) => ({
      trackerId,
      factor,
      dueAt: nextDueAt?.getTime() ?? firstDueAt(settings, trackerId, now.getTime()),
    })),
  );
}

/**
 * Follows the runs that have begun or ended since `before`, whatever the size of the queue: their trackers alone are
 * looked at. Returns the runs that are active now.
 */
export async function followRuns(
  db: Queryable,
  schedule: FetchSchedule,
  settings: FetcherSettings,
  before: ReadonlySet<number>,
  now: Date,
): Promise<{ active: Set<number>; added: number; removed: number }> {
  const active = new Set(await activeRunIds(db, now));
  const begun = [...active].filter((id) => !before.has(id));
  const ended = [...before].filter((id) => !active.has(id));
  let added = 0;
  for (let afterId = 0; begun.length > 0; ) {
    const page = await wantedTrackers(db, { now, afterId, limit: PAGE, runIds: begun }, settings);
    added += await enter(schedule, settings, page, now);
    if (page.length < PAGE) break;
    afterId = page.at(-1)!.trackerId;
  }
  let removed = 0;
  for (let afterId = 0; ended.length > 0; ) {
    const page = await trackersOfRuns(db, { runIds: ended, afterId, limit: PAGE });
    if (page.length > 0) removed += await schedule.remove(page);
    if (page.length < PAGE) break;
    afterId = page.at(-1)!;
  }
  return { active, added, removed };
}

/**
 * Trackers that have entered a run period are due now with factor 1, whatever they had come to before, and whoever has
 * claimed them.
 */
export async function followEntered(db: Queryable, schedule: FetchSchedule, now: Date): Promise<void> {
  for (let more = true; more; ) {
    const entered = await enteredTrackers(db, now, PAGE);
    if (entered.length === 0) return;
    await schedule.remove(entered.map(({ trackerId }) => trackerId));
    const wanted = entered.filter((one) => one.wanted);
    await schedule.add(wanted.map(({ trackerId }) => ({ trackerId, dueAt: now.getTime(), factor: 1 })));
    await forgetEntered(db, entered);
    more = entered.length === PAGE;
  }
}
