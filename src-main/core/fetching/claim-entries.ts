import { keysToAsk } from '../trackers/tracker-keys-store.ts';
import type { Entry } from './asking/ask.ts';
import { newEntry } from './asking/asking.ts';
import { type CanaryAge, canariesAmong } from './asking/canaries-store.ts';
import { type NewsWindow, newsFrom } from './asking/narrow.ts';
import { withoutActiveRun } from './closing-store.ts';
import { type Remembered, rememberedOf } from './fetch-states-store.ts';
import type { FetcherDeps } from './fetcher-deps.ts';
import type { Claim } from './schedule/schedule.ts';

/**
 * Claims due trackers for a source, oldest first, up to `limit` keys in all (one tracker at least), with what is
 * remembered of them. Those that were deleted, or have no private key, leave the queue. `keysEach` is how many keys a tracker is likely to have.
 * `exhausted`: nothing else was due.
 */
export async function claimEntries(
  { db, schedule, now }: Pick<FetcherDeps, 'db' | 'schedule' | 'now'>,
  options: {
    limit: number;
    keysEach: number;
    leaseMs: number;
    soonMs: number;
    company: boolean;
    sourceId: number;
    age: CanaryAge;
    /** Null where the source is asked for the whole time always. */
    news: NewsWindow | null;
    /** Trackers that left the queue may be among them, to be asked for once more. */
    closing: boolean;
  },
): Promise<{ claims: Claim[]; entries: Entry[]; exhausted: boolean }> {
  const { leaseMs, sourceId, age, news } = options;
  const limit = Math.max(1, Math.ceil(options.limit / options.keysEach));
  const at = now().getTime();
  const taken = await schedule.claim({ now: at, limit, leaseMs });
  // Room that is left goes to those that are due soon: they needn't have a request of their own.
  if (taken.length < limit && (taken.length > 0 || options.company)) {
    taken.push(
      ...(await schedule.claim({ now: at, dueBy: at + options.soonMs, limit: limit - taken.length, leaseMs })),
    );
  }
  if (taken.length === 0) return { claims: [], entries: [], exhausted: true };
  const all = taken.map(({ trackerId }) => trackerId);
  const keysOf = await keysToAsk(db, all);
  const deleted = all.filter((id) => !keysOf.has(id));
  if (deleted.length > 0) await schedule.remove(deleted);
  const { claims, rest } = withinKeys(taken, keysOf, options.limit);
  if (rest.length > 0) await schedule.release(rest);
  const ids = claims.map(({ trackerId }) => trackerId);
  const canaries = new Map(
    (
      await canariesAmong(
        db,
        sourceId,
        ids.flatMap((id) => keysOf.get(id) ?? []),
        age,
      )
    ).map((canary) => [canary.id, canary]),
  );
  const remembered = await rememberedOf(db, ids);
  const left = options.closing ? await withoutActiveRun(db, ids, now()) : new Set<number>();
  const oldest = age.from.getTime();
  const entries = claims.flatMap(({ trackerId, dueAt }) => {
    const keys = keysOf.get(trackerId);
    if (!keys) return [];
    const { searching, absentOnce, spans, last } = remembered.get(trackerId) ?? nothing;
    const known = keys.flatMap((key) => canaries.get(key) ?? []);
    const closing = left.has(trackerId);
    const parts = spans.filter(([, to]) => to > oldest);
    const narrow = news === null || closing || searching || parts.length > 0 ? null : newsFrom(last, known, news);
    return [
      newEntry({ trackerId, dueAt }, keys, {
        canaries: known,
        spans: parts,
        absentOnce,
        searching,
        newsFrom: narrow,
        closing,
      }),
    ];
  });
  return { claims, entries, exhausted: taken.length < limit && rest.length === 0 };
}

const nothing: Remembered = {
  searching: false,
  absentOnce: false,
  spans: [],
  last: { foundAt: null, wholeAt: null, failed: false },
};

/** The first of the claims that have so many keys together, and the others. */
function withinKeys(taken: readonly Claim[], keysOf: ReadonlyMap<number, readonly string[]>, most: number) {
  let sum = 0;
  const place = taken.findIndex(({ trackerId }, n) => {
    sum += keysOf.get(trackerId)?.length ?? 0;
    return n > 0 && sum > most;
  });
  return place < 0 ? { claims: [...taken], rest: [] } : { claims: taken.slice(0, place), rest: taken.slice(place) };
}
