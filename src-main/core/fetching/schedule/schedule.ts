/**
 * A tracker leased to one fetcher. The token fences off late answers: one with an older token than the last lease is
 * ignored.
 */
export interface Claim {
  trackerId: number;
  token: number;
  /** Backoff factor so far: 1, 2, 4, 8 or 16. */
  factor: number;
  /** When it was due, epoch milliseconds; the lag is now minus this. */
  dueAt: number;
}

export interface ScheduleEntry {
  trackerId: number;
  dueAt: number;
  factor: number;
}

export interface ScheduleStats {
  /** Trackers in the queue, leased ones included. */
  depth: number;
  due: number;
  leased: number;
  /** Earliest due time among those not leased, epoch milliseconds. */
  oldestDueAt: number | null;
}

/**
 * The fetch schedule (docs/domain-rules.md#fetch-schedule): a set of trackers scored by due time, oldest first, claimed
 * with a lease. It has two implementations, memory and Redis, under one conformance suite. Times are epoch milliseconds
 * and are passed in. A call rejects with AppError `unavailable` when its store doesn't answer, and has then done
 * nothing by halves.
 */
export interface FetchSchedule {
  readonly kind: 'memory' | 'redis';
  /** Adds trackers that are not in the queue; those that are keep their due time, factor and lease. Returns how many were added. */
  add(entries: readonly ScheduleEntry[]): Promise<number>;
  /** Takes trackers out, leased or not. Returns how many were in the queue. */
  remove(trackerIds: readonly number[]): Promise<number>;
  /**
   * Leases up to `limit` trackers that are due at `dueBy` (at `now`, unless given), oldest due first; lapsed leases
   * count as due. Atomic between fetchers.
   */
  claim(options: { now: number; limit: number; leaseMs: number; dueBy?: number }): Promise<Claim[]>;
  /** Prolongs leases still held. Returns the trackers that are no longer this claim's. */
  renew(claims: readonly Claim[], options: { now: number; leaseMs: number }): Promise<number[]>;
  /**
   * Ends claims: each tracker gets its next due time and factor. A claim whose token is no longer the latest is
   * ignored. Returns the trackers whose claim was accepted.
   */
  settle(results: readonly (Claim & { nextDueAt: number; nextFactor: number })[]): Promise<number[]>;
  /** Gives claims back unchanged, due as before: the answer failed as a whole. */
  release(claims: readonly Claim[]): Promise<void>;
  /** Makes trackers due at `now`; those not in the queue are left out. Returns how many. */
  makeDue(trackerIds: readonly number[], now: number): Promise<number>;
  /**
   * Makes trackers due no later than the given times; those that are leased or due earlier stay as they are. Returns
   * how many are in the queue.
   */
  hasten(entries: readonly { trackerId: number; dueAt: number }[]): Promise<number>;
  /**
   * Makes due at `now` what a clock that was ahead has put beyond the latest due time, or leased beyond the latest end.
   * Returns the trackers, some thousand at most: call it until it returns none.
   */
  pullBack(options: { now: number; latestDueAt: number; latestLeaseEnd: number }): Promise<number[]>;
  /** Every tracker in the queue, for reconciliation with the database, in pages of at most `limit` above `afterId`. */
  members(options: { afterId: number; limit: number }): Promise<number[]>;
  get(trackerId: number): Promise<ScheduleEntry | null>;
  stats(now: number): Promise<ScheduleStats>;
  /** Writes and takes it back: a store that answers may take no changes. Rejects with what ails it. */
  tryToWrite(): Promise<void>;
  close(): Promise<void>;
}
