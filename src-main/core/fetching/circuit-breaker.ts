import type { circuitStates } from '../../../src-shared/contract/fetcher.ts';

export interface Circuit {
  /** `open`: not asked until `pausedUntil`. `half-open`: that time is over, and one request decides. */
  circuit: (typeof circuitStates)[number];
  consecutiveFailures: number;
  pausedUntil: Date | null;
}

const FIRST_PAUSE_MS = 10_000;
const MAX_PAUSE_MS = 3_600_000;

export const closedCircuit: Circuit = { circuit: 'closed', consecutiveFailures: 0, pausedUntil: null };

/**
 * The circuit after an answer that failed as a whole. A spurious failure (401 and 500 come at random) gets one more try
 * before the source is paused, unless the request was a trial. The pause is what the service asks for by Retry-After,
 * or 10 s, doubled with each failure in a row up to an hour.
 */
export function afterFailure(
  before: Circuit,
  failure: { spurious: boolean; retryAfterMs: number | null },
  now: Date,
): Circuit {
  const consecutiveFailures = before.consecutiveFailures + 1;
  if (failure.spurious && failure.retryAfterMs === null && before.circuit === 'closed' && consecutiveFailures === 1) {
    return { circuit: 'closed', consecutiveFailures, pausedUntil: null };
  }
  const doubled = FIRST_PAUSE_MS * 2 ** Math.min(consecutiveFailures - 1, 20);
  const pause = failure.retryAfterMs ?? Math.min(MAX_PAUSE_MS, doubled);
  return { circuit: 'open', consecutiveFailures, pausedUntil: new Date(now.getTime() + pause) };
}
