import { type AnswerCount, type Ask, CANARY_MARGIN_MS, type Canary, DAY_MS, QUIET_REPORTS } from './ask.ts';
import { type Knowledge, mostAtOnce, rememberAnswer } from './knowledge.ts';

/** What an answer showed of its source. */
export interface Lesson {
  /** It lacks a canary, or has fewer reports of one than it must. */
  cut: boolean;
  /** It reached the cap, so that older reports of what it names may be missing. */
  full: boolean;
  /** It lacked all older canaries and named several newer ones: the source doesn't reach back to them. */
  forgot: boolean;
  named: Canary[];
  missing: Canary[];
  /** Named, with fewer reports than the source has to have. */
  short: Canary[];
  /** One canary alone is missing, from an answer that was not full: the source may have forgotten its report. */
  single: boolean;
  /** Most reports at once within the last hour, before this answer. */
  atOnce: number;
  /** The source named a canary, for the first time or after it was blind. */
  sees: boolean;
}

/** Canaries missed in a row, and answers in a row without any key, after which a source is blind. */
const BLIND_AFTER = 2;
const NOBODY_AFTER = 3;
/** Several: so many newer canaries named and older ones lacking tell how far back a source answers. */
const NEWER = 3;
const OLDER = 2;

/** Learns from an answer for the whole time. Changes `known`. */
export function learn(
  known: Knowledge,
  ask: Ask,
  answer: AnswerCount,
  context: { now: number; windowMs: number; newerForm: boolean },
): Lesson {
  const { now } = context;
  const canaries = [...ask.drawn, ...ask.entries.flatMap((entry) => entry.canaries)].filter(({ id }) =>
    ask.keys.includes(id),
  );
  const named = canaries.filter(({ id }) => answer.keys.has(id));
  const missing = canaries.filter(({ id }) => !answer.keys.has(id));
  const short = named.filter((canary) => isShort(canary, answer, now));
  const atOnce = mostAtOnce(known, now);
  rememberAnswer(known, answer.total, now);
  const sees = learnSight(known, canaries, named, answer, now);
  learnOmission(known, ask, named, answer, now);
  const forgot = learnReach(known, { named, missing, short }, answer, { atOnce, ...context });
  const full = known.reportCap !== null && answer.total === known.reportCap;
  const cut = missing.length > 0 || short.length > 0;
  const small = answer.total < atOnce && (known.reportCap === null || answer.total < known.reportCap);
  const single = small && missing.length === 1 && short.length === 0 && named.length > 1;
  if (cut && !forgot && !single)
    learnCut(known, ask, answer, named.length, { newerForm: context.newerForm, expected: canaries, atOnce });
  else if (!cut) learnWhole(known, ask, answer, canaries.length > 0);
  return { cut, full, forgot, named, missing, short, single, atOnce, sees };
}

/** Within a day of its count, a key still has as many reports as were a day from the window's end. */
const isShort = (canary: Canary, answer: AnswerCount, now: number): boolean =>
  now - canary.countedAt < DAY_MS && now >= canary.countedAt && answer.keys.get(canary.id)!.reports < canary.solid;

function learnSight(known: Knowledge, canaries: Canary[], named: Canary[], answer: AnswerCount, now: number): boolean {
  if (named.length > 0) {
    const sees = known.sawAt === null || known.blindSince !== null;
    Object.assign(known, { sawAt: now, blindSince: null, missed: 0, nobody: 0 });
    return sees;
  }
  known.missed += canaries.length;
  if (answer.keys.size > 0) known.nobody = 0;
  else if (canaries.length === 0) known.nobody++;
  if (known.missed >= BLIND_AFTER || known.nobody >= NOBODY_AFTER) known.blindSince ??= now;
  return false;
}

/** A canary that was missing, and is named by an ask that was no smaller, and by an answer that holds more. */
function learnOmission(known: Knowledge, ask: Ask, named: Canary[], answer: AnswerCount, now: number): void {
  const omitted = named.some(
    ({ misses, missedIds, missedReports }) =>
      misses > 0 && ask.keys.length >= missedIds && answer.total >= missedReports,
  );
  if (omitted) known.omittedAt = now;
}

/**
 * How far back a source answers: only from contrast within one answer, and not from one that may be full. It rises as
 * soon as an older report comes.
 */
function learnReach(
  known: Knowledge,
  { named, missing, short }: Pick<Lesson, 'named' | 'missing' | 'short'>,
  answer: AnswerCount,
  { now, windowMs, atOnce }: { now: number; windowMs: number; atOnce: number },
): boolean {
  const ages = [...answer.keys.values()].flatMap(({ times }) => times.map((time) => now - time));
  const oldestGiven = Math.max(0, ...ages.filter((age) => age <= windowMs));
  if (known.reachMs !== null && oldestGiven > known.reachMs) {
    known.reachMs = oldestGiven >= windowMs - CANARY_MARGIN_MS ? null : oldestGiven;
  }
  const newestMissing = Math.max(...missing.map(({ reportedAt }) => reportedAt));
  const newer = named.filter(({ reportedAt }) => reportedAt > newestMissing);
  const lacksOlder = missing.length >= OLDER && newer.length >= NEWER && newer.length === named.length;
  if (lacksOlder && answer.total < atOnce) {
    known.reachMs = now - newestMissing;
    return true;
  }
  // The last reports of some are gone, and nothing as old came of any.
  const lacksTails = missing.length === 0 && short.length > 0 && named.length >= NEWER;
  const reach = oldestGiven + CANARY_MARGIN_MS;
  if (!lacksTails || oldestGiven >= windowMs - DAY_MS || (known.reachMs !== null && known.reachMs <= reach))
    return false;
  known.reachMs = reach;
  return true;
}

/** Caps fall at once: that of reports first, that of ids when the same number of keys is answered again. */
function learnCut(
  known: Knowledge,
  ask: Ask,
  answer: AnswerCount,
  keys: number,
  { newerForm, expected, atOnce }: { newerForm: boolean; expected: readonly Canary[]; atOnce: number },
): void {
  const ids = ask.keys.length;
  if (newerForm && known.entries === 'all' && keys === 1 && expected.length > 1 && answer.keys.has(ask.keys[0]!)) {
    known.entries = 'first';
    return;
  }
  const { total } = answer;
  if (ask.kind === 'silent') {
    if (ids === 1) return;
    // What drawn canaries alone were named with fills nothing, unless more came than ever within the hour.
    const own = ask.drawn.reduce((sum, { id }) => sum + (answer.keys.get(id)?.reports ?? 0), 0);
    if (total === own || (total !== known.reportCap && total < atOnce)) {
      known.idsCap = Math.min(known.idsCap ?? ids, ids >> 1);
    } else if (total > 2 * QUIET_REPORTS) known.reportCap = Math.min(known.reportCap ?? total, total);
    return;
  }
  if (total === 0) {
    if (ids > 1) known.idsCap = Math.min(known.idsCap ?? ids, ids >> 1);
    return;
  }
  const { lastCut } = known;
  if (lastCut && lastCut.keys === keys && lastCut.reports !== total && ids > keys) {
    known.idsCap = Math.min(known.idsCap ?? keys, keys);
    known.reportCap = lastCut.capBefore;
    known.lastCut = null;
    return;
  }
  known.lastCut = { reports: total, keys, capBefore: known.reportCap };
  if (known.reportCap === null || total < known.reportCap) known.reportCap = total;
}

/** A cap that an answer goes beyond is none. */
function learnWhole(known: Knowledge, ask: Ask, answer: AnswerCount, proven: boolean): void {
  if (known.reportCap !== null && answer.total > known.reportCap) known.reportCap = answer.total;
  if (known.idsCap !== null && proven && ask.keys.length > known.idsCap) known.idsCap = ask.keys.length;
}
