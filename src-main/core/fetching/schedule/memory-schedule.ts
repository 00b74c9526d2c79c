import { IndexedHeap } from './indexed-heap.ts';
import type { Claim, FetchSchedule, ScheduleEntry } from './schedule.ts';

interface Entry {
  dueAt: number;
  factor: number;
  /** Token of the last lease; 0 when no answer to one can come any more. */
  token: number;
}

/**
 * The schedule of a console that has no Redis: two heaps in this process (free trackers by due time, leased ones by the
 * lease's end), rebuilt from the database after a start.
 */
export function createMemorySchedule(): FetchSchedule {
  const entries = new Map<number, Entry>();
  const due = new IndexedHeap();
  const leases = new IndexedHeap();
  let lastToken = 0;
  let sortedIds: number[] | null = null;

  const held = (claim: Claim): Entry | null => {
    const entry = entries.get(claim.trackerId);
    return entry && entry.token === claim.token ? entry : null;
  };
  const free = (trackerId: number, entry: Entry) => {
    entry.token = 0;
    leases.delete(trackerId);
    due.set(trackerId, entry.dueAt);
  };
  /**
   * Trackers with a lapsed lease are due again as before. Their token stays good until another claim takes the tracker.
   */
  const collectLapsed = (now: number) => {
    for (let first = leases.peek(); first && first.score <= now; first = leases.peek()) {
      leases.delete(first.id);
      due.set(first.id, entries.get(first.id)!.dueAt);
    }
  };

  const hasten = (list: readonly { trackerId: number; dueAt: number }[]) => {
    let count = 0;
    for (const { trackerId, dueAt } of list) {
      const entry = entries.get(trackerId);
      if (!entry) continue;
      entry.dueAt = Math.min(entry.dueAt, dueAt);
      if (due.has(trackerId)) due.set(trackerId, entry.dueAt);
      count++;
    }
    return count;
  };

  return {
    kind: 'memory',
    async add(list: readonly ScheduleEntry[]) {
      let added = 0;
      for (const { trackerId, dueAt, factor } of list) {
        if (entries.has(trackerId)) continue;
        entries.set(trackerId, { dueAt, factor, token: 0 });
        due.set(trackerId, dueAt);
        added++;
      }
      if (added > 0) sortedIds = null;
      return added;
    },
    async remove(trackerIds) {
      let removed = 0;
      for (const id of trackerIds) {
        if (!entries.delete(id)) continue;
        due.delete(id);
        leases.delete(id);
        removed++;
      }
      if (removed > 0) sortedIds = null;
      return removed;
    },
    async claim({ now, limit, leaseMs, dueBy = now }) {
      collectLapsed(now);
      const claims: Claim[] = [];
      const token = lastToken + 1;
      for (let first = due.peek(); first && first.score <= dueBy && claims.length < limit; first = due.peek()) {
        const entry = entries.get(first.id)!;
        entry.token = token;
        due.delete(first.id);
        leases.set(first.id, now + leaseMs);
        claims.push({ trackerId: first.id, token, factor: entry.factor, dueAt: entry.dueAt });
      }
      if (claims.length > 0) lastToken = token;
      return claims;
    },
    async renew(claims, { now, leaseMs }) {
      const lost: number[] = [];
      for (const claim of claims) {
        if (held(claim)) {
          due.delete(claim.trackerId);
          leases.set(claim.trackerId, now + leaseMs);
        } else lost.push(claim.trackerId);
      }
      return lost;
    },
    async settle(results) {
      const accepted: number[] = [];
      for (const result of results) {
        const entry = held(result);
        if (!entry) continue;
        entry.dueAt = result.nextDueAt;
        entry.factor = result.nextFactor;
        free(result.trackerId, entry);
        accepted.push(result.trackerId);
      }
      return accepted;
    },
    async release(claims) {
      for (const claim of claims) {
        const entry = held(claim);
        if (entry) free(claim.trackerId, entry);
      }
    },
    makeDue: async (trackerIds, now) => hasten(trackerIds.map((trackerId) => ({ trackerId, dueAt: now }))),
    hasten: async (list) => hasten(list),
    async pullBack({ now, latestDueAt, latestLeaseEnd }) {
      const late = due.above(latestDueAt);
      const held = leases.above(latestLeaseEnd);
      for (const id of held) leases.delete(id);
      for (const id of [...late, ...held]) {
        entries.get(id)!.dueAt = now;
        due.set(id, now);
      }
      return [...late, ...held];
    },
    async members({ afterId, limit }) {
      sortedIds ??= [...entries.keys()].sort((a, b) => a - b);
      const start = firstAbove(sortedIds, afterId);
      return sortedIds.slice(start, start + limit);
    },
    async get(trackerId) {
      const entry = entries.get(trackerId);
      return entry ? { trackerId, dueAt: entry.dueAt, factor: entry.factor } : null;
    },
    async stats(now) {
      collectLapsed(now);
      return {
        depth: entries.size,
        due: due.countUpTo(now),
        leased: leases.size,
        oldestDueAt: due.peek()?.score ?? null,
      };
    },
    tryToWrite: async () => undefined,
    close: async () => undefined,
  };
}

function firstAbove(sorted: readonly number[], value: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle]! > value) high = middle;
    else low = middle + 1;
  }
  return low;
}
