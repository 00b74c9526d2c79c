import { type AnswerCount, type Ask, DAY_MS, type Entry } from './ask.ts';
import type { Judgement } from './judge-answer.ts';
import { type Knowledge, rememberAnswer } from './knowledge.ts';

/**
 * Judges an answer to an ask for news: it charges nobody. Whoever it lacks has no news, and is asked for the whole time
 * next: the source had a report of it in that time. Changes `known`.
 */
export function judgeNews(
  verdict: Judgement,
  ask: Ask,
  answer: AnswerCount,
  known: Knowledge,
  { now, windowMs }: { now: number; windowMs: number },
): void {
  const reach = Math.min(windowMs, known.reachMs ?? windowMs);
  rememberAnswer(known, answer.total, now);
  if (answer.outside > 0) known.honoursDates = false;
  const full = known.reportCap !== null && answer.total >= known.reportCap;
  if (known.reportCap !== null && answer.total > known.reportCap) known.reportCap = answer.total;
  verdict.saturated = full;
  for (const before of ask.entries) {
    const named = before.open.filter((id) => answer.keys.has(id));
    const found = named.reduce((sum, id) => sum + answer.keys.get(id)!.reports, before.found);
    const entry: Entry = { ...before, asked: before.asked + 1, passed: 0, found, newsFrom: null };
    if (named.length === 0) verdict.kept.push({ ...entry, whole: false });
    // Of a full answer older reports may be missing.
    else verdict.found.push({ ...entry, incomplete: full ? null : entry.incomplete, whole: full ? false : null });
    for (const canary of before.canaries) {
      const given = answer.keys.get(canary.id);
      if (!given) continue;
      Object.assign(known, { sawAt: now, blindSince: null, missed: 0, nobody: 0 });
      const newest = Math.max(canary.reportedAt, ...given.times.filter((time) => time <= now));
      const reports = Math.max(canary.reports, given.reports);
      // As many at least as it has now it still has to give a day later, also where a cut answer told of fewer before.
      const solid = given.times.filter((time) => time <= now && time > now - reach + DAY_MS).length;
      const count = solid > canary.solid || now - canary.countedAt >= DAY_MS ? { solid, countedAt: now } : {};
      verdict.canaries.push({ ...canary, ...count, reportedAt: newest, reports, misses: 0 });
    }
  }
}
