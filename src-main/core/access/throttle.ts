/** Failures of a user name before it has to wait, and the wait, which doubles with each further one. */
const FREE_FAILURES = 5;
const FIRST_WAIT_MS = 30_000;
const LONGEST_WAIT_MS = 15 * 60_000;

/** How long a user name is locked after this many failures in a row; 0 while some are free. */
export function lockMs(failures: number): number {
  if (failures < FREE_FAILURES) return 0;
  return Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** Math.min(failures - FREE_FAILURES, 20));
}

/** Addresses and unknown names that are remembered; the oldest go first, so that a flood can't fill the memory. */
const REMEMBERED = 10_000;

export interface FailureWindow {
  /** Milliseconds to wait before the next attempt; 0 when it may be made now. */
  waitMs(key: string, now: number): number;
  fail(key: string, now: number): void;
  clear(key: string): void;
}

/** At most `limit` failures of a key within `windowMs`, counted on this console. */
export function failureWindow(limit: number, windowMs: number): FailureWindow {
  const failures = new Map<string, number[]>();
  // A clock that was set back must not lengthen the wait.
  const recent = (key: string, now: number) =>
    (failures.get(key) ?? []).filter((at) => at > now - windowMs && at <= now);
  return {
    waitMs(key, now) {
      const times = recent(key, now);
      return times.length < limit ? 0 : times[times.length - limit]! + windowMs - now;
    },
    fail(key, now) {
      const times = [...recent(key, now), now].slice(-limit);
      failures.delete(key);
      failures.set(key, times);
      if (failures.size > REMEMBERED) failures.delete(failures.keys().next().value as string);
    },
    clear: (key) => void failures.delete(key),
  };
}

/** The lock of a user row, for names that no user has: otherwise the lock itself would tell which names exist. */
export function unknownNameLocks(): {
  waitMs(name: string, now: number): number;
  fail(name: string, now: number): void;
} {
  const names = new Map<string, { failures: number; until: number }>();
  return {
    waitMs: (name, now) => Math.max(0, (names.get(name)?.until ?? 0) - now),
    fail(name, now) {
      const count = (names.get(name)?.failures ?? 0) + 1;
      names.delete(name);
      names.set(name, { failures: count, until: now + lockMs(count) });
      if (names.size > REMEMBERED) names.delete(names.keys().next().value as string);
    },
  };
}
