import { z } from 'zod';
import { HOUR_MS } from './ask.ts';

const count = z.number().int().min(0);
/**
 * What is known of how a source answers. It is kept with the source, so that a restart forgets nothing and all consoles
 * share it. A value that is missing, or makes no sense, falls back to what a new source begins with.
 */
export const knowledgeSchema = z.object({
  /** Most reports an answer; null until an answer was cut. */
  reportCap: count.min(1).nullable().catch(null),
  /** Most ids of an ask that are answered; null until an answer was cut. */
  idsCap: count.min(1).nullable().catch(null),
  /** The answers of the last hour: when, and how many reports at once. */
  recent: z.array(z.object({ at: z.number(), reports: count })).catch([]),
  lastCut: z.object({ reports: count, keys: count, capBefore: count.nullable() }).nullable().catch(null),
  /** How far back it answers, in milliseconds; null while nothing speaks against the whole time. */
  reachMs: z.number().min(0).nullable().catch(null),
  /** False once an answer had reports from outside of the dates asked for; null until that was seen either way. */
  honoursDates: z.boolean().nullable().catch(null),
  /** Whether each entry of a request is answered, or only the first (the newer form of Apple's endpoint). */
  entries: z.enum(['all', 'first']).catch('all'),
  /** When it last named a canary. */
  sawAt: z.number().nullable().catch(null),
  /** Since when it names no canary. */
  blindSince: z.number().nullable().catch(null),
  /** Canaries missed in a row, and answers in a row without any key while it had no canary. */
  missed: count.catch(0),
  nobody: count.catch(0),
  /** When it was last caught at omitting what it gives to the same ask. */
  omittedAt: z.number().nullable().catch(null),
  /** Requests that may be spent on asking again: a third at most. */
  credit: z.number().min(0).catch(0),
  asks: count.catch(0),
  /** When canaries alone were last asked for. */
  triedAt: z.number().nullable().catch(null),
  /** Keys that it answered though nobody asked. */
  strangers: z
    .object({ count, lastAt: z.number(), ids: z.array(z.string()) })
    .nullable()
    .catch(null),
});
export type Knowledge = z.output<typeof knowledgeSchema>;

/** What a person has set of it; null is learned. */
export const assumedSchema = z.object({
  honoursDates: z.boolean().nullable().catch(null),
  entries: z.enum(['all', 'first']).nullable().catch(null),
  reachDays: z.number().min(0.5).max(7).nullable().catch(null),
});
export type Assumed = z.output<typeof assumedSchema>;

const KEPT_RECENT = 32;
const OMITTING_MS = 24 * HOUR_MS;

/** Most reports that the source gave at once within the last hour. */
export const mostAtOnce = (known: Knowledge, now: number): number =>
  Math.max(0, ...known.recent.filter(({ at }) => at > now - HOUR_MS && at <= now).map(({ reports }) => reports));

export function rememberAnswer(known: Knowledge, reports: number, now: number): void {
  const young = known.recent.filter(({ at }) => at > now - HOUR_MS && at <= now);
  // Only those count that hold more than every later one.
  known.recent = [...young.filter((answer) => answer.reports > reports), { at: now, reports }].slice(-KEPT_RECENT);
}

/** Whether it was caught, within a day, at omitting at random. */
export const omitsAtRandom = (known: Knowledge, now: number): boolean =>
  known.omittedAt !== null && known.omittedAt > now - OMITTING_MS && known.omittedAt <= now;
