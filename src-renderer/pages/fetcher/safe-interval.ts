import type { ReportSourceKind } from '../../../src-shared/contract/fetcher.ts';

/** Accounts that repeat a request every 5 to 10 minutes get banned; 15 to 30 minutes are reported as fine. */
const SAFE_SECONDS = 15 * 60;
/** A haystack endpoint keeps one report a second over all keys of a request, so it loses some when asked for many. */
const SAFE_HAYSTACK_BATCH = 4;

const isApple = (kind: ReportSourceKind): boolean => kind !== 'haystack';

export const isUnsafeInterval = (kind: ReportSourceKind, seconds: number): boolean =>
  isApple(kind) && seconds < SAFE_SECONDS;

export const isUnsafeBatch = (kind: ReportSourceKind, keys: number): boolean =>
  kind === 'haystack' && keys > SAFE_HAYSTACK_BATCH;
