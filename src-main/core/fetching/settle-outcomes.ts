import { afterAbsence, afterSuccess } from '../../../src-shared/domain/fetch-backoff.ts';
import { recordFetches } from './fetch-states-store.ts';
import type { FetcherDeps } from './fetcher-deps.ts';
import type { FetcherSettings } from './fetcher-settings.ts';
import type { Outcome } from './gathering.ts';
import type { Claim } from './schedule/schedule.ts';

/**
 * Ends the claims of trackers once it is known what the source has of them, and remembers the outcome. A claim that
 * meanwhile belongs to another fetcher is left to that one. Returns how many were found, and how many absent.
 */
export async function settleOutcomes(
  deps: Pick<FetcherDeps, 'db' | 'schedule' | 'now'>,
  settings: FetcherSettings,
  sourceName: string,
  outcomes: readonly (Outcome & { claim: Claim; note: string | null })[],
): Promise<{ present: number; absent: number }> {
  if (outcomes.length === 0) return { present: 0, absent: 0 };
  const now = deps.now();
  const results = outcomes.map(({ trackerId, found, incomplete, claim, note }) => {
    const present = found > 0;
    const next = present
      ? afterSuccess(settings, now.getTime())
      : afterAbsence(settings, { trackerId, factor: claim.factor }, now.getTime());
    return { claim, present, ...next, note: note ?? noteOf(present, incomplete, sourceName), incomplete };
  });
  const accepted = new Set(
    await deps.schedule.settle(
      results.map(({ claim, nextDueAt, factor }) => ({ ...claim, nextDueAt, nextFactor: factor })),
    ),
  );
  const counted = results.filter(({ claim }) => accepted.has(claim.trackerId));
  await recordFetches(
    deps.db,
    counted.map(({ claim, present, nextDueAt, factor, note, incomplete }) => ({
      trackerId: claim.trackerId,
      present,
      nextDueAt: new Date(nextDueAt),
      factor,
      note,
      incomplete,
    })),
    now,
  );
  const absent = counted.filter(({ present }) => !present).length;
  return { present: counted.length - absent, absent };
}

function noteOf(present: boolean, incomplete: boolean | null, sourceName: string): string | null {
  if (!present) return `Absent from a complete answer of “${sourceName}”.`;
  if (!incomplete) return null;
  return `“${sourceName}” cuts its answers short, and this tracker alone fills one: older reports may be missing.`;
}
