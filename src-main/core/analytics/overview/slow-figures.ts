/** A figure is worked out again once it is older than this many times what it took to work out. */
const WORTH = 20;
/** Older than this many times its cost, it is not shown any more, not even while a new one is on its way. */
const LIMIT = 300;
/** A quick figure is worked out each time, so that small installations see every change at once. */
const QUICK_MS = 100;
const MOST_KEYS = 500;

interface Kept<T> {
  value: T;
  at: number;
  costMs: number;
  renewal: Promise<T> | null;
}

/**
 * Figures over everything, such as counts of a million trackers: a quick one is always fresh, a slow one may be as old
 * as twenty times what it costs (two seconds of work: forty seconds), so that no number of open screens keeps a
 * database busy with it. An older one is shown at once while a new one is worked out behind it.
 * @param now milliseconds of a clock
 */
export function createSlowFigures<T>(now: () => number) {
  const kept = new Map<string, Kept<T>>();
  /** Those that are worked out for the first time: whoever asks meanwhile waits for the same. */
  const first = new Map<string, Promise<T>>();
  const work = async (key: string, compute: () => Promise<T>): Promise<T> => {
    const started = now();
    const value = await compute();
    const at = now();
    if (at - started < QUICK_MS) kept.delete(key);
    else {
      // In order of use: the oldest go first.
      kept.delete(key);
      kept.set(key, { value, at, costMs: at - started, renewal: null });
      if (kept.size > MOST_KEYS) kept.delete(kept.keys().next().value!);
    }
    return value;
  };
  /** `compute` may be called after this has answered: it opens its own transaction. */
  return async (key: string, compute: () => Promise<T>): Promise<T> => {
    const known = kept.get(key);
    const age = known ? now() - known.at : 0;
    if (!known || age > LIMIT * known.costMs) {
      const begun = known?.renewal ?? first.get(key);
      if (begun) return begun;
      const mine = work(key, compute).finally(() => first.delete(key));
      first.set(key, mine);
      return mine;
    }
    if (age > WORTH * known.costMs && !known.renewal) {
      known.renewal = work(key, compute);
      known.renewal.catch(() => {
        // The next one to ask tries again; until then the old figure is the best there is.
        known.renewal = null;
      });
    }
    return known.value;
  };
}
