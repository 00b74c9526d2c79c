import { type AnswerCount, type Ask, type Canary, DAY_MS } from './ask.ts';
import type { Knowledge } from './knowledge.ts';
import type { Lesson } from './learn.ts';

/** The keys that an answer for the whole time named with a report of that time: canaries from now on. */
export function canariesNamed(
  ask: Ask,
  answer: AnswerCount,
  known: Knowledge,
  lesson: Lesson,
  { now, windowMs }: { now: number; windowMs: number },
): Canary[] {
  const before = new Map(
    [...ask.drawn, ...ask.entries.flatMap((entry) => entry.canaries)].map((canary) => [canary.id, canary]),
  );
  const short = new Set(lesson.short.map(({ id }) => id));
  const reach = Math.min(windowMs, known.reachMs ?? windowMs);
  // What a cut answer has of one key among several may be a part of it.
  const partly = (lesson.cut || lesson.full) && !lesson.forgot && ask.keys.length > 1;
  return ask.keys.flatMap((id): Canary[] => {
    const times = answer.keys.get(id)?.times.filter((time) => time <= now && time > now - windowMs) ?? [];
    if (times.length === 0) return [];
    const old = before.get(id);
    const count = answer.keys.get(id)!.reports;
    const kept = short.has(id) && !lesson.forgot ? old : undefined;
    return [
      {
        id,
        reportedAt: Math.max(...times),
        reports: partly ? Math.max(old?.reports ?? 0, Math.min(2 * count, known.reportCap ?? 2 * count)) : count,
        solid: kept?.solid ?? times.filter((time) => time > now - reach + DAY_MS).length,
        countedAt: kept?.countedAt ?? now,
        misses: 0,
        missedIds: 0,
        missedReports: 0,
        searched: old?.searched ?? false,
      },
    ];
  });
}
