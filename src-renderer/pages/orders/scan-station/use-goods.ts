import { useCallback, useRef, useState } from 'react';
import { type GoodsWaiting, keepWaiting, keptWaiting, waitingAfter } from './goods-waiting.ts';
import { isUnanswered, type ScanEntry } from './scan-queue.ts';

export interface Goods {
  waiting: GoodsWaiting | null;
  /** The tracker stays without goods. */
  skip: () => void;
  /** The code stays on both trackers. */
  keepBoth: () => void;
  /** The goods of this tracker come next. */
  choose: (mac: string) => void;
}

/** Which tracker of an order waits for its goods, followed from the answers at this station. */
export function useGoodsWaiting(orderId: number) {
  const [waiting, show] = useState<GoodsWaiting | null>(() => keptWaiting(localStorage, orderId, Date.now()));
  // Read when an act is sent, which is before the screen has followed the answer to the one before.
  const latest = useRef(waiting);
  const skipped = useRef(new Set<string>());
  const set = useCallback(
    (next: GoodsWaiting | null) => {
      latest.current = next;
      keepWaiting(localStorage, orderId, next);
      show(next);
    },
    [orderId],
  );
  const follow = useCallback(
    (entry: ScanEntry) => {
      const next = waitingAfter(latest.current, entry, Date.now());
      set(skipped.current.delete(entry.mutationId) ? null : next);
    },
    [set],
  );
  /** What is still under way when the person says so waits for nothing either. */
  const skip = useCallback(
    (entries: readonly ScanEntry[]) => {
      for (const entry of entries) if (isUnanswered(entry)) skipped.current.add(entry.mutationId);
      set(null);
    },
    [set],
  );
  const choose = useCallback((of: string) => set({ of, twice: null, at: Date.now() }), [set]);
  return { waiting, latest, follow, skip, choose };
}
