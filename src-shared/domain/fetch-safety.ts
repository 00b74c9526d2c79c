/** Accounts that repeat a request more often than this risk a ban (docs/find-my.md#apples-endpoints). */
const SAFE_SECONDS = 15 * 60;
/** A haystack endpoint keeps one report for each second over all keys of a request: asked for many, it loses some. */
const SAFE_HAYSTACK_BATCH = 4;

type Kind = 'apple-older' | 'apple-newer' | 'haystack';
const isApple = (kind: Kind): boolean => kind !== 'haystack';

export const isUnsafeInterval = (kind: Kind, seconds: number): boolean => isApple(kind) && seconds < SAFE_SECONDS;

export const isUnsafeBatch = (kind: Kind, keys: number): boolean => kind === 'haystack' && keys > SAFE_HAYSTACK_BATCH;

/** A sentence that says what is risky about a source's settings; null when nothing is. */
export function riskOf(kind: Kind, minIntervalSeconds: number, maxBatchSize: number): string | null {
  if (isUnsafeInterval(kind, minIntervalSeconds)) {
    return 'Requests less than 15 minutes apart have had accounts banned. Use 900 seconds or more.';
  }
  if (isUnsafeBatch(kind, maxBatchSize)) {
    return 'A haystack endpoint loses reports when it is asked for several keys at once; it is asked for one at a time.';
  }
  return null;
}

/** How a source is asked by default. */
export const gentle = (kind: Kind): { minIntervalSeconds: number; maxBatchSize: number } =>
  isApple(kind) ? { minIntervalSeconds: SAFE_SECONDS, maxBatchSize: 64 } : { minIntervalSeconds: 30, maxBatchSize: 1 };
