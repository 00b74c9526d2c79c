import { hashedKeys } from '../trackers/tracker-keys-store.ts';
import type { Entry } from './asking/ask.ts';
import { newEntry } from './asking/asking.ts';
import { type CanaryAge, canariesAmong } from './asking/canaries-store.ts';
import { rememberedOf } from './fetch-states-store.ts';
import type { FetcherDeps } from './fetcher-deps.ts';
import type { Claim } from './schedule/schedule.ts';

/** Claims due trackers for a source, with what is remembered of them. Those that were deleted leave the queue. */
export async function claimEntries(
  { db, schedule, now }: Pick<FetcherDeps, 'db' | 'schedule' | 'now'>,
  options: { limit: number; leaseMs: number; soonMs: number; company: boolean; sourceId: number; age: CanaryAge },
): Promise<{ claims: Claim[]; entries: Entry[] }> {
  const { limit, leaseMs, sourceId, age } = options;
  const at = now().getTime();
  const claims = await schedule.claim({ now: at, limit, leaseMs });
  // Room that is left goes to those that are due soon: they needn't have a request of their own.
  if (claims.length < limit && (claims.length > 0 || options.company)) {
    claims.push(
      ...(await schedule.claim({ now: at, dueBy: at + options.soonMs, limit: limit - claims.length, leaseMs })),
    );
  }
  if (claims.length === 0) return { claims, entries: [] };
  const ids = claims.map(({ trackerId }) => trackerId);
  const keysOf = new Map([...(await hashedKeys(db, ids))].map(([id, key]) => [id, [key]]));
  const deleted = ids.filter((id) => !keysOf.has(id));
  if (deleted.length > 0) await schedule.remove(deleted);
  const canaries = new Map(
    (await canariesAmong(db, sourceId, [...keysOf.values()].flat(), age)).map((canary) => [canary.id, canary]),
  );
  const remembered = await rememberedOf(db, ids);
  const oldest = age.from.getTime();
  const entries = claims.flatMap(({ trackerId, dueAt }) => {
    const keys = keysOf.get(trackerId);
    if (!keys) return [];
    const { searching = false, absentOnce = false, spans = [] } = remembered.get(trackerId) ?? {};
    const known = keys.flatMap((key) => canaries.get(key) ?? []);
    const left = spans.filter(([, to]) => to > oldest);
    return [newEntry({ trackerId, dueAt }, keys, { canaries: known, spans: left, absentOnce, searching })];
  });
  return { claims, entries };
}
