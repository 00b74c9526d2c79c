import { afterAbsence, afterSuccess, afterUnproven } from '../../../src-shared/domain/fetch-backoff.ts';
import type { Entry } from './asking/ask.ts';
import { markClosed } from './closing-store.ts';
import { type FetchResult, recordFetches } from './fetch-states-store.ts';
import type { FetcherDeps } from './fetcher-deps.ts';
import type { FetcherSettings } from './fetcher-settings.ts';
import type { Claim } from './schedule/schedule.ts';

export interface Outcome {
  entry: Entry;
  result: FetchResult['result'];
  claim: Claim;
  /** What to remember beside a success. */
  note: string | null;
}

/**
 * Ends the claims of trackers once it is known what the source has of them, and remembers the outcome. A claim that
 * meanwhile belongs to another fetcher is left to that one. Returns how many were found, and how many absent.
 */
export async function settleOutcomes(
  deps: Pick<FetcherDeps, 'db' | 'schedule' | 'now'>,
  settings: FetcherSettings,
  source: { id: number; name: string; blind: boolean },
  outcomes: readonly Outcome[],
): Promise<{ present: number; absent: number }> {
  if (outcomes.length === 0) return { present: 0, absent: 0 };
  const now = deps.now();
  const judged = outcomes.map((outcome) => (outcome.entry.closing ? uncharged(outcome) : outcome));
  const results = judged.map((outcome) => ({ ...outcome, ...nextFetch(outcome, settings, now.getTime()) }));
  const accepted = new Set(
    await deps.schedule.settle(
      results.map(({ claim, nextDueAt, factor }) => ({ ...claim, nextDueAt, nextFactor: factor })),
    ),
  );
  const counted = results.filter(({ claim }) => accepted.has(claim.trackerId));
  await recordFetches(
    deps.db,
    counted.map(({ entry, result, nextDueAt, factor, note }) => ({
      trackerId: entry.trackerId,
      result,
      nextDueAt: new Date(nextDueAt),
      factor,
      note: note ?? noteOf(result, entry.incomplete, source.name),
      // What nothing was found out about is as it was.
      incomplete: result !== 'found' ? null : entry.spans.length > 0 || entry.incomplete,
      unprovenBy: result === 'unproven' || (result === 'kept' && source.blind) ? source.id : null,
      absentOnce: (result === 'kept' || result === 'unproven') && entry.absentOnce,
      whole: result === 'absent' || result === 'unproven' ? false : entry.whole,
      spansLeft: entry.spans.length > 0 ? entry.spans.flat() : null,
    })),
    now,
  );
  const closed = counted.flatMap(({ entry }) => (entry.closing ? entry.trackerId : []));
  if (closed.length > 0) {
    await markClosed(deps.db, closed, now);
    await deps.schedule.remove(closed);
  }
  const of = (wanted: FetchResult['result']) => counted.filter(({ result }) => result === wanted).length;
  return { present: of('found'), absent: of('absent') };
}

/** Whoever is asked for once more is charged by nothing. */
const uncharged = (outcome: Outcome): Outcome =>
  outcome.result === 'found' ? outcome : { ...outcome, result: 'kept' };

function nextFetch({ result, claim }: Outcome, settings: FetcherSettings, now: number) {
  if (result === 'found') return afterSuccess(settings, now);
  if (result === 'kept') return { ...afterUnproven(settings, now), factor: claim.factor };
  return afterAbsence(settings, { trackerId: claim.trackerId, factor: claim.factor }, now);
}

function noteOf(result: FetchResult['result'], incomplete: boolean | null, sourceName: string): string | null {
  if (result === 'absent') return `Absent from a complete answer of “${sourceName}”.`;
  if (!incomplete) return null;
  return `“${sourceName}” cuts its answers short, and this tracker alone fills one: older reports may be missing.`;
}
