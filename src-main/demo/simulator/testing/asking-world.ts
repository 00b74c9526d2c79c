import { afterAbsence, afterSuccess, afterUnproven, soonMs } from '../../../../src-shared/domain/fetch-backoff.ts';
import {
  type AnswerCount,
  type Ask,
  CANARY_MARGIN_MS,
  type Canary,
  DAY_MS,
  type Entry,
  HOUR_MS,
  isOutside,
} from '../../../core/fetching/asking/ask.ts';
import { Asking, newEntry } from '../../../core/fetching/asking/asking.ts';
import type { Judgement } from '../../../core/fetching/asking/judge-answer.ts';
import { type Knowledge, knowledgeSchema } from '../../../core/fetching/asking/knowledge.ts';
import { newsFrom } from '../../../core/fetching/asking/narrow.ts';
import { cutAnswer, type Group } from '../cuts.ts';
import type { Faults } from '../faults.ts';
import { seededRandom } from '../random.ts';

/** Canaries that are at hand for one ask. */
const DRAWN = 24;
export const MINUTE_MS = 60_000;
const WINDOW_MS = 7 * DAY_MS;
const OVERLAP_MS = 48 * HOUR_MS;

export interface WorldReport {
  at: number;
  publishedAt: number;
}
/** Reports are listed newest first. */
export interface WorldTracker {
  trackerId: number;
  keys: readonly { id: string; reports: readonly WorldReport[] }[];
}

export interface AskingWorld {
  seed: number;
  trackers: readonly WorldTracker[];
  faultsAt: (now: number) => Faults;
  from: number;
  until: number;
  /** Time from one request to the next. */
  everyMs: number;
  intervalMinutes: number;
  maxIds: number;
}

export interface AskingResult {
  requests: number;
  /** Requests for news alone, and reports in all answers. */
  narrowed: number;
  reports: number;
  /** Requests that only repeated what had been asked under the same claim. */
  again: number;
  charges: { trackerId: number; at: number; wrong: boolean }[];
  /** `key time` of each report that came. */
  stored: Set<string>;
  /** When each tracker was asked for. */
  askedAt: Map<number, number[]>;
  known: Knowledge;
  /** Whether the source was blind at each request. */
  blind: { at: number; blind: boolean }[];
}

/** Reports that a key has at the source; what faults cut comes later. */
export const reportsAt = (reports: readonly WorldReport[], now: number) =>
  reports.filter(({ at, publishedAt }) => publishedAt <= now && at <= now && at > now - WINDOW_MS);

/** Trackers that are heard so often a week, from a week before `now` on; each report under one of their keys. */
export function trackersHeard(
  perWeek: readonly number[],
  { seed, now, days = 3, keys = 1 }: { seed: number; now: number; days?: number; keys?: number },
): WorldTracker[] {
  const first = now - WINDOW_MS;
  return perWeek.map((count, n) => {
    const random = seededRandom(seed, 'reports', n);
    const ids = Array.from({ length: keys }, (_, k) => `key-${n + 1}-${k}`);
    const reports = Array.from({ length: Math.round((count * (days + 7)) / 7) }, () => {
      const at = first + 1000 * random.below(((days + 7) * DAY_MS) / 1000);
      return { id: random.pick(ids), at, publishedAt: at + Math.round(random.exponential(2 * HOUR_MS)) };
    }).sort((a, b) => b.at - a.at);
    return { trackerId: n + 1, keys: ids.map((id) => ({ id, reports: reports.filter((report) => report.id === id) })) };
  });
}

/** Lets a source be asked as the fetcher does it, without database and encryption: days of it in a second. */
export function askWorld(world: AskingWorld): AskingResult {
  const settings = { fetchIntervalMinutes: world.intervalMinutes, maxBackoffHours: 24 };
  const random = seededRandom(world.seed, 'order');
  const asking = new Asking();
  const known = knowledgeSchema.parse({});
  const byId = new Map(world.trackers.map((tracker) => [tracker.trackerId, tracker]));
  const queue = new Map(
    world.trackers.map(({ trackerId }) => [
      trackerId,
      { dueAt: world.from, factor: 1, absentOnce: false, unproven: false, last: never },
    ]),
  );
  const all = new Map(world.trackers.flatMap(({ keys }) => keys.map((key) => [key.id, key.reports])));
  const book = new Map<string, Canary>();
  const result: AskingResult = {
    ...{
      requests: 0,
      narrowed: 0,
      reports: 0,
      again: 0,
      charges: [],
      stored: new Set(),
      askedAt: new Map(),
      known,
      blind: [],
    },
  };
  const canaries = (now: number) => {
    const reach = Math.min(WINDOW_MS, known.reachMs ?? WINDOW_MS);
    return [...book.values()].filter(({ reportedAt }) => reportedAt > now - reach + CANARY_MARGIN_MS);
  };

  const claim = (now: number): boolean => {
    const room = asking.room(known, world.maxIds);
    const held = new Set(asking.trackerIds);
    const isDue = (state: { dueAt: number }) => state.dueAt <= now;
    // Room that is left goes to those that are due soon, as the fetcher does it.
    const soon = now + soonMs(settings);
    if (held.size === 0 && ![...queue.values()].some(isDue)) return true;
    const due = [...queue].filter(([id, state]) => state.dueAt <= soon && !held.has(id));
    due.sort(([, a], [, b]) => a.dueAt - b.dueAt);
    const good = new Map(canaries(now).map((canary) => [canary.id, canary]));
    const claimed = due.slice(0, room).map(([trackerId, state]) => {
      const keys = byId.get(trackerId)!.keys.map(({ id }) => id);
      const own = keys.flatMap((id) => good.get(id) ?? []);
      const last = { ...state.last, failed: state.factor > 1 };
      const narrow = newsFrom(last, own, { now, windowMs: WINDOW_MS, overlapMs: OVERLAP_MS });
      const remembered = { canaries: own, spans: [], searching: false, absentOnce: state.absentOnce, closing: false };
      return newEntry({ trackerId, dueAt: state.dueAt }, keys, {
        ...remembered,
        newsFrom: (known.honoursDates ?? true) ? narrow : null,
      });
    });
    asking.add(claimed);
    return claimed.length < room;
  };

  const answerTo = (ask: Ask, faults: Faults, now: number): AnswerCount => {
    const first = faults.firstEntryOnly && known.entries === 'all';
    const ids = first ? ask.keys.slice(0, 1) : ask.keys.slice(0, faults.idLimit || ask.keys.length);
    const groups: Group<WorldReport>[] = ids.map((id) => {
      const reports = reportsAt(all.get(id)!, now);
      return { id, reports: faults.dates ? reports.filter(({ at }) => at >= ask.from && at <= ask.to) : reports };
    });
    const items = cutAnswer(groups, faults, { seed: world.seed, request: result.requests, now });
    const keys = new Map<string, { reports: number; times: number[] }>();
    const withNews = new Set<number>();
    const owners = new Map(ask.entries.flatMap((entry) => entry.open.map((id) => [id, entry.trackerId])));
    let outside = 0;
    for (const { id, report } of items) {
      const of = keys.get(id) ?? { reports: 0, times: [] };
      of.reports++;
      of.times.push(report.at);
      keys.set(id, of);
      if (isOutside(ask, report.at)) outside++;
      const name = `${id} ${report.at}`;
      const owner = owners.get(id);
      if (!result.stored.has(name) && owner !== undefined) withNews.add(owner);
      result.stored.add(name);
    }
    return { keys, total: items.length, outside, withNews };
  };

  /** When each key was last asked for: a tracker may be asked for in parts, and the source may forget more at one time. */
  const lastAsked = new Map<string, { faults: Faults; now: number }>();
  const hasReports = (trackerId: number) =>
    byId.get(trackerId)!.keys.some(({ id, reports }) => {
      const asked = lastAsked.get(id);
      // A key that was never asked for tells nothing, and whoever is charged for it is charged wrongly.
      if (!asked) return true;
      const group = { id: '', reports: reportsAt(reports, asked.now) };
      const patient = { ...asked.faults, ...uncut };
      return cutAnswer([group], patient, { seed: world.seed, request: 0, now: asked.now }).length > 0;
    });

  const settle = (judgement: Pick<Judgement, 'found' | 'absent' | 'unproven' | 'kept'>, now: number) => {
    const lastOf = (trackerId: number) => queue.get(trackerId)!.last;
    const wholeOf = ({ trackerId, whole }: Entry) => (whole === null ? lastOf(trackerId).wholeAt : whole ? now : null);
    for (const entry of judgement.found) {
      const { nextDueAt: dueAt } = afterSuccess(settings, now);
      const last = { foundAt: now, wholeAt: wholeOf(entry) };
      queue.set(entry.trackerId, { dueAt, factor: 1, absentOnce: false, unproven: false, last });
    }
    for (const { trackerId } of judgement.absent) {
      const { nextDueAt: dueAt, factor } = afterAbsence(settings, { trackerId, ...queue.get(trackerId)! }, now);
      queue.set(trackerId, { dueAt, factor, absentOnce: false, unproven: false, last: never });
      result.charges.push({ trackerId, at: now, wrong: hasReports(trackerId) });
    }
    for (const { trackerId, absentOnce } of judgement.unproven) {
      const { nextDueAt: dueAt, factor } = afterAbsence(settings, { trackerId, ...queue.get(trackerId)! }, now);
      queue.set(trackerId, { dueAt, factor, absentOnce, unproven: true, last: never });
    }
    for (const entry of judgement.kept) {
      const { trackerId, absentOnce } = entry;
      const { factor } = queue.get(trackerId)!;
      const last = { ...lastOf(trackerId), wholeAt: wholeOf(entry) };
      const { nextDueAt: dueAt } = afterUnproven(settings, now);
      queue.set(trackerId, { dueAt, factor, absentOnce, unproven: known.blindSince !== null, last });
    }
  };

  for (let now = world.from; now < world.until; now += world.everyMs) {
    const exhausted = claim(now);
    const good = canaries(now);
    const drawn = Array.from({ length: Math.min(good.length, DRAWN) }, () => good[random.below(good.length)]!);
    const faults = world.faultsAt(now);
    const ask = asking.next(known, {
      maxIds: world.maxIds,
      window: [now - WINDOW_MS, now],
      quiet: [...new Set(drawn)].sort((a, b) => Math.max(3, a.reports) - Math.max(3, b.reports)),
      young: [...new Set(drawn)].sort((a, b) => b.reportedAt - a.reportedAt),
      exhausted,
      now,
      random: random.next,
    });
    if (!ask) {
      settle({ ...asking.drain(), absent: [], unproven: [] }, now);
      continue;
    }
    for (const { trackerId } of ask.entries)
      result.askedAt.set(trackerId, [...(result.askedAt.get(trackerId) ?? []), now]);
    for (const id of ask.keys) lastAsked.set(id, { faults, now });
    const answer = answerTo(ask, faults, now);
    result.requests++;
    result.reports += answer.total;
    if (ask.kind === 'news') result.narrowed++;
    if (ask.entries.length > 0 && ask.entries.every((entry) => entry.asked > 0)) result.again++;
    const judgement = asking.take(ask, answer, known, {
      ...{ now, windowMs: WINDOW_MS, newerForm: faults.firstEntryOnly > 0, hadCanaries: good.length > 0 },
      honoursDates: known.honoursDates ?? true,
    });
    for (const canary of judgement.canaries) book.set(canary.id, canary);
    for (const id of judgement.retired) book.delete(id);
    settle(judgement, now);
    if (judgement.sees) {
      for (const state of queue.values())
        if (state.unproven) Object.assign(state, { dueAt: Math.min(state.dueAt, now) });
    }
    result.blind.push({ at: now, blind: known.blindSince !== null });
  }
  return result;
}

/** Of a tracker that was never found. */
const never: { foundAt: number | null; wholeAt: number | null } = { foundAt: null, wholeAt: null };

/** What a source would give for a key that is asked alone, by faults that don't take anything for good. */
const uncut = {
  omitKeys: 0,
  randomCut: 0,
  cap: 0,
  capOddHours: 0,
  keyCap: 0,
  lastKeys: 0,
  idLimit: 0,
  limited: 0,
};
