import type { Query, QueryClient } from '@tanstack/react-query';

/** Events within this time are answered by one round of requests, so that a busy fetcher doesn't flood the screen. */
const GATHER_MS = 1_500;
/** Of the time that passes, a question that events ask again is under way for a twentieth. */
const SHARE = 20;
/** Whatever it costs: nobody waits longer for what others did. A slow network or a database out of reach cost no more. */
const MOST_MS = 10_000;
/** One slow answer among quick ones says nothing of the cost. */
const REMEMBERED = 3;

/** By the machine's own count, in milliseconds: a clock that is put right, or stands still, holds nothing up. */
interface Cost {
  startedAt: number;
  endedAt: number;
  /** Milliseconds of the last answers, newest first. */
  took: number[];
}

export interface PacedReads {
  /**
   * These answers are out of date: those on screen are asked for again, each at a pace that its own cost sets, the others
   * when they come on screen.
   */
  markStale(isStale: (query: Query) => boolean): void;
  stop(): void;
}

/** Nobody looks at it. An answer that is still on its way would pass for a new one. */
const isUnseen = (query: Query) => !query.isActive() && query.state.fetchStatus !== 'fetching';

/** Watches what the answers of a client cost, and asks again for those that events make out of date. */
export function createPacedReads(client: QueryClient): PacedReads {
  const cache = client.getQueryCache();
  const costs = new WeakMap<Query, Cost>();
  /** When each is asked again at the soonest, for the events alone. */
  const waiting = new Map<Query, number>();
  let timer: ReturnType<typeof setTimeout> | undefined;
  let timerAt = Number.POSITIVE_INFINITY;

  const unsubscribe = cache.subscribe((event) => {
    if (event.type === 'removed') waiting.delete(event.query);
    if (event.type === 'observerRemoved' && isUnseen(event.query) && waiting.delete(event.query))
      event.query.invalidate();
    if (event.type !== 'updated') return;
    const cost = costs.get(event.query) ?? { startedAt: 0, endedAt: 0, took: [] };
    if (event.action.type === 'fetch') costs.set(event.query, { ...cost, startedAt: performance.now() });
    // What a person or a setting writes into the cache was not asked for.
    else if (event.action.type === 'success' && !event.action.manual) {
      const now = performance.now();
      const took = [now - cost.startedAt, ...cost.took].slice(0, REMEMBERED);
      costs.set(event.query, { ...cost, endedAt: now, took });
    }
  });

  const dueAt = (query: Query, gathered: number, now: number): number => {
    // Its answer may be of before the event: it is asked again, but not cut short, since the server works it out anyway.
    if (query.state.fetchStatus === 'fetching') return now + GATHER_MS;
    const cost = costs.get(query);
    const pause = cost ? Math.min(MOST_MS, SHARE * Math.min(...cost.took)) : 0;
    return Math.max(gathered, cost && cost.took.length > 0 ? cost.endedAt + pause : 0);
  };

  function look(): void {
    timer = undefined;
    timerAt = Number.POSITIVE_INFINITY;
    const now = performance.now();
    const due = new Set<Query>();
    let next = Number.POSITIVE_INFINITY;
    for (const [query, gathered] of waiting) {
      const at = dueAt(query, gathered, now);
      if (at <= now) due.add(query);
      else next = Math.min(next, at);
    }
    for (const query of due) waiting.delete(query);
    if (due.size > 0) void client.invalidateQueries({ predicate: (query) => due.has(query) });
    lookAt(next);
  }

  function lookAt(at: number): void {
    if (at >= timerAt) return;
    clearTimeout(timer);
    timerAt = at;
    timer = setTimeout(look, Math.max(0, at - performance.now()));
  }

  return {
    markStale(isStale) {
      const gathered = performance.now() + GATHER_MS;
      for (const query of cache.findAll({ predicate: isStale })) {
        if (isUnseen(query)) query.invalidate();
        else if (!waiting.has(query)) waiting.set(query, gathered);
      }
      if (waiting.size > 0) lookAt(gathered);
    },
    stop() {
      unsubscribe();
      clearTimeout(timer);
    },
  };
}
