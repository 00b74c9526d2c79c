import { type AnswerCount, type Ask, type Canary, type Entry, QUIET_REPORTS, type Span } from './ask.ts';
import { canariesNamed } from './canaries-named.ts';
import { judgeNews } from './judge-news.ts';
import { type Knowledge, omitsAtRandom } from './knowledge.ts';
import { type Lesson, learn } from './learn.ts';
import { creditAfter } from './plan-ask.ts';

export interface Judgement {
  found: Entry[];
  /** Absent from a complete answer: charged. */
  absent: Entry[];
  /** Absent, and nothing could prove it: they wait as after an absence, and are not charged. */
  unproven: Entry[];
  /** Not known yet: due after one interval, with their factor kept. */
  kept: Entry[];
  /** To be asked again, or for other keys or times. */
  back: Entry[];
  /** What is known now of the keys that this source names, or ought to. */
  canaries: Canary[];
  /** Keys that are canaries no more. */
  retired: string[];
  /** The answer was cut, or full. */
  saturated: boolean;
  /** The source has its first canary, or sees again: what it left unproven is due. */
  sees: boolean;
}

export interface JudgeContext {
  now: number;
  /** How far back was asked for. */
  windowMs: number;
  /** The newer form of Apple's endpoint. */
  newerForm: boolean;
  /** The source had a canary before this answer. */
  hadCanaries: boolean;
  honoursDates: boolean;
}

/** A tracker is asked for the whole time at most this often under one claim. */
const MOST_ASKS = 4;
/** Misses in a row after which a canary is retired: missing alone, and with others. */
const MISSES_ALONE = 2;
const MISSES = 4;
/** Shortest time that is still asked for by itself. */
const SHORTEST_SPAN_MS = 3_600_000;

/** Judges what an answer tells of each tracker that was asked for, and learns from it. Changes `known`. */
export function judgeAnswer(ask: Ask, answer: AnswerCount, known: Knowledge, context: JudgeContext): Judgement {
  known.credit = creditAfter(known, ask);
  known.asks++;
  if (ask.kind === 'trial') known.triedAt = context.now;
  const verdict: Judgement = {
    ...{ found: [], absent: [], unproven: [], kept: [], back: [], canaries: [], retired: [] },
    ...{ saturated: false, sees: false },
  };
  if (ask.kind === 'news') {
    judgeNews(verdict, ask, answer, known, context);
    return verdict;
  }
  if (ask.kind === 'span') {
    judgeSpan(verdict, ask, answer, known, context);
    return verdict;
  }
  const lesson = learn(known, ask, answer, context);
  verdict.saturated = lesson.cut || lesson.full;
  verdict.sees = lesson.sees || (!context.hadCanaries && answer.keys.size > 0);
  verdict.canaries = canariesNamed(ask, answer, known, lesson, context);
  const missed = lesson.missing.map((canary) => ({
    ...canary,
    misses: canary.misses + 1,
    missedIds: ask.keys.length,
    missedReports: answer.total,
  }));
  for (const canary of missed) {
    if (isRetired(canary, ask, answer, known, lesson)) verdict.retired.push(canary.id);
    else verdict.canaries.push(canary);
  }
  const some = ask.entries.some((entry) => entry.open.some((id) => answer.keys.has(id)));
  const scene: Scene = { ...context, ask, answer, known, lesson, some };
  for (const before of ask.entries) {
    const named = before.open.filter((id) => answer.keys.has(id));
    const entry: Entry = {
      ...before,
      asked: before.asked + 1,
      passed: 0,
      found: named.reduce((sum, id) => sum + answer.keys.get(id)!.reports, before.found),
      news: before.news || answer.withNews.has(before.trackerId),
      newsFrom: null,
      whole: named.length > 0 && !lesson.cut && !lesson.full,
      canaries: before.canaries
        .filter(({ id }) => !verdict.retired.includes(id))
        .map((canary) => missed.find(({ id }) => id === canary.id) ?? canary),
    };
    const unasked = before.open.filter((id) => !ask.keys.includes(id));
    // The rest of its keys is still to be asked for, whatever came of the first.
    if (named.length > 0 && unasked.length > 0) verdict.back.push({ ...entry, open: unasked, asked: before.asked });
    else if (named.length > 0) judgeFound(verdict, entry, scene);
    else judgeMissing(verdict, entry, scene);
  }
  return verdict;
}

interface Scene extends JudgeContext {
  ask: Ask;
  answer: AnswerCount;
  known: Knowledge;
  lesson: Lesson;
  /** Somebody among those asked for was named. */
  some: boolean;
}

function isRetired(canary: Canary, ask: Ask, answer: AnswerCount, known: Knowledge, lesson: Lesson): boolean {
  if (known.blindSince !== null) return false;
  if (ask.keys.length === 1 || lesson.single) return canary.misses >= MISSES_ALONE;
  return canary.misses >= MISSES && lesson.named.length > 0 && answer.total < lesson.atOnce;
}

/** A tracker that fills an answer alone is asked for in parts of the time, if that may bring something. */
function judgeFound(verdict: Judgement, entry: Entry, scene: Scene): void {
  const { ask, answer, known, lesson, honoursDates } = scene;
  // A search that was not at its end goes on.
  if (entry.spans.length > 0 && honoursDates) {
    verdict.back.push(entry);
    return;
  }
  const alone = [...answer.keys.keys()].every((id) => entry.open.includes(id));
  if (!alone || known.reportCap === null || answer.total !== known.reportCap) {
    // A cut answer says nothing of its older reports: what was known of them still holds.
    verdict.found.push(lesson.cut || lesson.full ? { ...entry, incomplete: null } : entry);
    return;
  }
  const parts = halves([ask.from, ask.to]);
  const searched = entry.canaries.length > 0 && entry.canaries.every((canary) => canary.searched);
  // If nothing new came, what was known of its older reports still holds.
  if (!entry.news && searched) verdict.found.push({ ...entry, incomplete: null });
  else if (honoursDates && parts.length > 1) verdict.back.push({ ...entry, spans: parts });
  else endSearch(verdict, { ...entry, spans: [], incomplete: true });
}

function endSearch(verdict: Judgement, entry: Entry): void {
  verdict.found.push(entry);
  const named = new Map(verdict.canaries.map((canary) => [canary.id, canary]));
  const searched = entry.canaries.map((canary) => ({ ...(named.get(canary.id) ?? canary), searched: true }));
  verdict.canaries = [
    ...verdict.canaries.filter(({ id }) => !searched.some((canary) => canary.id === id)),
    ...searched,
  ];
}

function judgeMissing(verdict: Judgement, entry: Entry, scene: Scene): void {
  const { ask, answer, known, lesson, some, now } = scene;
  // Another part of its keys was named: whatever becomes of this one, it is found.
  if (entry.found > 0 && !lesson.cut && known.blindSince === null) {
    const open = entry.open.filter((id) => !ask.keys.includes(id));
    if (open.length > 0) verdict.back.push({ ...entry, open, asked: entry.asked - 1 });
    else verdict.found.push(entry);
    return;
  }
  const missing = entry.found > 0 ? verdict.found : verdict.kept;
  const again = () => (entry.asked < MOST_ASKS ? verdict.back : missing).push(entry);
  // Without any canary it waits as after an absence; one that is blind for a while is asked again soon.
  if (known.blindSince !== null) (scene.hadCanaries ? verdict.kept : verdict.unproven).push(entry);
  else if (ask.kind === 'heard' || lesson.cut) again();
  else if (ask.drawn.length > 0) {
    // More reports than quiet canaries have: only a far larger answer shows that they filled none.
    const quiet = ask.drawn.every(({ reports }) => reports <= QUIET_REPORTS);
    const small = quiet ? answer.total < lesson.atOnce : answer.total <= lesson.atOnce / 2;
    if (some || !small) again();
    // Louder ones may fill a cut answer by chance: not twice in a row.
    else settleProven(verdict, entry, ask, omitsAtRandom(known, now) || !quiet);
    // Not a tracker that is asked alone, but a key: of several, an answer may leave out those that were heard.
  } else if (ask.keys.length === 1 && scene.hadCanaries) settleProven(verdict, entry, ask, omitsAtRandom(known, now));
  else if (some) again();
  else verdict.unproven.push(entry);
}

/** Absent when all its keys were asked for; where one answer may deceive, only the second time in a row. */
function settleProven(verdict: Judgement, entry: Entry, ask: Ask, twice: boolean): void {
  const open = entry.open.filter((id) => !ask.keys.includes(id));
  if (open.length > 0) verdict.back.push({ ...entry, open, asked: entry.asked - 1 });
  else if (twice && !entry.absentOnce) verdict.kept.push({ ...entry, absentOnce: true });
  else verdict.absent.push(entry);
}

function judgeSpan(verdict: Judgement, ask: Ask, answer: AnswerCount, known: Knowledge, context: JudgeContext): void {
  const before = ask.entries[0]!;
  const counts = [...answer.keys.values()].map(({ reports }) => reports);
  const found = Math.max(before.found, ...counts);
  const entry = { ...before, found, asked: before.asked + 1, news: before.news || answer.withNews.size > 0 };
  let spans = before.spans.slice(1);
  let { incomplete } = before;
  if (answer.outside > 0) known.honoursDates = false;
  else if (answer.total > 0) known.honoursDates ??= true;
  if (answer.outside > 0) {
    spans = [];
    incomplete = true;
  } else if (known.reportCap !== null && answer.total >= known.reportCap) {
    const parts = halves([ask.from, ask.to]);
    if (parts.length < 2 || !context.honoursDates) incomplete = true;
    else spans = [...parts, ...spans];
  }
  verdict.saturated = known.reportCap !== null && answer.total >= known.reportCap;
  if (spans.length > 0) verdict.back.push({ ...entry, spans, incomplete });
  else endSearch(verdict, { ...entry, spans, incomplete });
}

function halves([from, to]: Span): Span[] {
  if (to - from < 2 * SHORTEST_SPAN_MS) return [[from, to]];
  const middle = Math.floor((from + to) / 2);
  return [
    [from, middle],
    [middle, to],
  ];
}
