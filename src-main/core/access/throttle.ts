import { placeOf } from '../platform/http/addresses.ts';

/** How many attempts are free, how fast they are forgotten, and how long the next one waits, doubling with each. */
export interface Throttle {
  readonly free: number;
  /** An attempt is forgotten each time that so much has passed. */
  readonly forgetMs: number;
  readonly firstWaitMs: number;
  readonly longestWaitMs: number;
}

/** Attempts as they are kept: a level that falls with time, and until when the next one waits. Milliseconds since 1970. */
export interface Count {
  readonly level: number;
  readonly countedAt: number;
  readonly blockedUntil: number;
}

export const NONE: Count = { level: 0, countedAt: 0, blockedUntil: 0 };

/** Milliseconds until the next attempt may be made; 0 when it may be made now. */
export function waitOf(count: Count, throttle: Throttle, now: number): number {
  const wait = count.blockedUntil - now;
  // A clock that was set back, or runs behind that of another console, must not lengthen the wait.
  return wait > 0 && wait <= throttle.longestWaitMs ? wait : 0;
}

/** With one more attempt. It counts before it is judged: whether it was right is not known yet. */
export function raised(count: Count, throttle: Throttle, now: number): Count {
  const forgotten = Math.max(0, now - count.countedAt) / throttle.forgetMs;
  const level = Math.max(0, count.level - forgotten) + 1;
  const over = Math.ceil(level) - throttle.free;
  const wait = over < 0 ? 0 : Math.min(throttle.longestWaitMs, throttle.firstWaitMs * 2 ** Math.min(over, 20));
  return { level, countedAt: now, blockedUntil: now + wait };
}

/** Without one attempt, which was right or judged nothing. */
export function lowered(count: Count, throttle: Throttle): Count {
  const level = Math.max(0, count.level - 1);
  return { ...count, level, blockedUntil: Math.ceil(level) < throttle.free ? 0 : count.blockedUntil };
}

/** What is guessed at, whose it is, and from where; '' stands for everybody or everywhere. */
export interface Attempt {
  readonly what: 'login' | 're-authentication' | 'token';
  readonly who: string;
  readonly address: string;
  readonly throttle: Throttle;
}

const MINUTE_MS = 60_000;
const LONGEST_WAIT_MS = 15 * MINUTE_MS;

/** A name from one address: five attempts, then 30 seconds, doubling. Nobody locks a name out from elsewhere by it. */
const nameFromAddress: Throttle = {
  free: 5,
  forgetMs: 60 * MINUTE_MS,
  firstWaitMs: 30_000,
  longestWaitMs: LONGEST_WAIT_MS,
};
/**
 * A name from anywhere: what one address may try once it waits (four an hour) is forgotten faster than it is counted, so
 * that only several addresses together reach it.
 */
const nameAnywhere: Throttle = {
  free: 50,
  forgetMs: 5 * MINUTE_MS,
  firstWaitMs: 30_000,
  longestWaitMs: LONGEST_WAIT_MS,
};
/** An address, over all names: thirty, then one each ten seconds. */
const addressAtAll: Throttle = { free: 30, forgetMs: 10_000, firstWaitMs: 10_000, longestWaitMs: 10_000 };
/** A person who is signed in, over password and codes: ten, then one a minute. */
const person: Throttle = { free: 10, forgetMs: MINUTE_MS, firstWaitMs: MINUTE_MS, longestWaitMs: MINUTE_MS };
/** Unknown tokens of an address: twenty, then one each three seconds. */
const tokens: Throttle = { free: 20, forgetMs: 3_000, firstWaitMs: 3_000, longestWaitMs: 3_000 };

export const loginFrom = (address: string): Attempt => ({
  what: 'login',
  who: '',
  address: placeOf(address),
  throttle: addressAtAll,
});
export const loginAs = (username: string): Attempt => ({
  what: 'login',
  who: username,
  address: '',
  throttle: nameAnywhere,
});
export const loginAsFrom = (username: string, address: string): Attempt => ({
  what: 'login',
  who: username,
  address: placeOf(address),
  throttle: nameFromAddress,
});
export const reauthenticationOf = (userId: number): Attempt => ({
  what: 're-authentication',
  who: String(userId),
  address: '',
  throttle: person,
});
export const unknownTokenFrom = (address: string): Attempt => ({
  what: 'token',
  who: '',
  address: placeOf(address),
  throttle: tokens,
});

/**
 * Counts attempts. `count` raises all of these at once, or none when one of them has to wait, and returns the
 * milliseconds to wait: 0 lets the attempt be judged. The stores see to it that of several at once each sees the others.
 */
export interface AttemptCounter {
  count(attempts: readonly Attempt[], now: number): Promise<number>;
  /** Takes back one attempt each. */
  giveBack(attempts: readonly Attempt[]): Promise<void>;
  /** Forgets all of these: whoever made them has signed in. */
  forget(attempts: readonly Attempt[]): Promise<void>;
}

/** What `count` does to the counts that a store holds locked: what they become, or how long to wait. */
export function countedOrWait(
  attempts: readonly Attempt[],
  counts: readonly Count[],
  now: number,
): { wait: number; counts: readonly Count[] } {
  const wait = Math.max(0, ...attempts.map(({ throttle }, at) => waitOf(counts[at]!, throttle, now)));
  if (wait > 0) return { wait, counts };
  return { wait: 0, counts: attempts.map(({ throttle }, at) => raised(counts[at]!, throttle, now)) };
}
