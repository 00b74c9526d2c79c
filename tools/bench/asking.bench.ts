import { noFaults, withFaults } from '../../src-main/demo/simulator/faults.ts';
import {
  type AskingWorld,
  askWorld,
  MINUTE_MS,
  reportsAt,
  trackersHeard,
} from '../../src-main/demo/simulator/testing/asking-world.ts';
import { afterAbsence, afterSuccess } from '../../src-shared/domain/fetch-backoff.ts';
import { type Figure, less } from './figure.ts';

const TRACKERS = 1000;
const SILENT = [0, 25, 50, 100];
const T0 = Date.parse('2026-11-23T12:00:00Z');
const HOURS = 24;
const MAX_IDS = 64;
/** The limit. */
const LIMIT = 1.25;

/**
 * Requests for a day of trackers at an honest source that answers everything, of which a share is never heard, against
 * what plain batches of the due ones would take.
 */
export async function figures(): Promise<Figure[]> {
  return [0, 1].flatMap((dates) => SILENT.map((silent) => oneDay(silent, dates)));
}

function oneDay(silent: number, dates: number): Figure {
  const perWeek = Array.from({ length: TRACKERS }, (_, n) => ((n * 37) % 100 < silent ? 0 : 5 + (n % 9)));
  const world: AskingWorld = {
    trackers: trackersHeard(perWeek, { seed: 1, now: T0, days: 1 }),
    ...{
      seed: 1,
      from: T0,
      until: T0 + HOURS * 60 * MINUTE_MS,
      everyMs: 10_000,
      intervalMinutes: 30,
      maxIds: MAX_IDS,
    },
    faultsAt: () => withFaults(noFaults, { dates }),
  };
  const { requests, charges } = askWorld(world);
  if (charges.some(({ wrong }) => wrong)) throw new Error('a tracker was charged wrongly');
  const plain = { name: 'plain batches', value: plainRequests(world) };
  if (requests > LIMIT * plain.value) throw new Error(`${requests} requests against ${plain.value} of plain batches`);
  const kind = dates ? 'a source that keeps to the dates' : 'a source that ignores dates';
  return less(`requests of a day, ${TRACKERS} trackers, ${silent} % silent, ${kind}`, 'requests', requests, plain);
}

/** Claims the oldest that are due, asks for all of them at once, and believes what it gets. */
function plainRequests({ trackers, from, until, everyMs, intervalMinutes, maxIds }: AskingWorld): number {
  const settings = { fetchIntervalMinutes: intervalMinutes, maxBackoffHours: 24 };
  const queue = trackers.map((tracker) => ({ tracker, dueAt: from, factor: 1 }));
  let requests = 0;
  for (let now = from; now < until; now += everyMs) {
    const due = queue.filter(({ dueAt }) => dueAt <= now).sort((a, b) => a.dueAt - b.dueAt);
    if (due.length > 0) requests++;
    for (const state of due.slice(0, maxIds)) {
      const { trackerId, keys } = state.tracker;
      const found = keys.some(({ reports }) => reportsAt(reports, now).length > 0);
      const next = found ? afterSuccess(settings, now) : afterAbsence(settings, { trackerId, ...state }, now);
      Object.assign(state, { dueAt: next.nextDueAt, factor: next.factor });
    }
  }
  return requests;
}
