import type { Knowledge } from './asking/knowledge.ts';
import { failed } from './sources/failures.ts';
import type { FetchAnswer } from './sources/source.ts';

type Answer = Pick<Extract<FetchAnswer, { kind: 'reports' }>, 'reports' | 'malformed'>;

/** Ids that are kept to be shown. */
const MOST_SHOWN = 5;

const idsOf = ({ reports, malformed }: Answer) =>
  new Set([...reports.map(({ id }) => id), ...malformed.flatMap(({ id }) => (id === null ? [] : [id]))]);

/** Notes the ids that a source answered though nobody asked for them. Changes `known`. */
export function rememberStrangers(
  known: Knowledge,
  answer: Answer,
  asked: { has(id: string): boolean },
  now: number,
): void {
  const strangers = [...idsOf(answer)].filter((id) => !asked.has(id));
  if (strangers.length === 0) return;
  const { count = 0, ids = [] } = known.strangers ?? {};
  const kept = [...new Set([...strangers, ...ids])].slice(0, MOST_SHOWN);
  known.strangers = { count: count + strangers.length, lastAt: now, ids: kept };
}

/** Whether an answer names only keys that nobody asked for. */
export function isOfStrangers(answer: Answer, asked: { has(id: string): boolean }): boolean {
  const ids = [...idsOf(answer)];
  return ids.length > 0 && !ids.some((id) => asked.has(id));
}

export const strangersFailure = failed(
  'bad-answer',
  'The source answered only with keys that were not asked for. Check that its address is that of a report server, not of a file or a cache.',
  200,
);
