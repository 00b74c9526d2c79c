import { useCallback, useEffect, useRef, useState } from 'react';
import type { ReturnReason } from '../../../../../src-shared/contract/trackers.ts';
import { api } from '../../../../api/client.ts';
import { invalidateOperations } from '../../../../api/invalidate.ts';
import { returns as words } from '../../../../strings/returns.ts';
import { judge } from '../send-task.ts';
import type { Cue } from '../sounds.ts';
import { isReturned, keepEntries, keptEntries, type ReturnEntry, withEntry } from './return-entries.ts';
import { returnCues } from './return-looks.ts';

const TIMEOUT_MS = 8_000;

export interface Returns {
  /** Newest first. */
  entries: readonly ReturnEntry[];
  add: (text: string, reason: ReturnReason) => void;
  /** Sends one again: after no answer came, or from an order that is still being filled. */
  again: (entry: ReturnEntry, fromWork?: boolean) => void;
  undo: (entry: ReturnEntry) => void;
  /** Takes back the last return; false when there is none. */
  undoLast: () => boolean;
}

/** Devices that are scanned in Returns, each sent at once and answered aloud through `cue`. */
export function useReturns(userId: number, cue: (cue: Cue) => void): Returns {
  const [entries, setEntries] = useState(() => keptEntries(sessionStorage, userId));
  const say = useRef(cue);
  say.current = cue;
  useEffect(() => keepEntries(sessionStorage, userId, entries), [userId, entries]);
  const put = useCallback((entry: ReturnEntry) => setEntries((before) => withEntry(before, entry)), []);

  const send = useCallback(
    async (entry: ReturnEntry, fromWork: boolean) => {
      const { mutationId, reason, text: scan } = entry;
      put({ ...entry, state: 'sending', result: null, trouble: null });
      try {
        const body = { scan, reason, mutationId, ...(fromWork ? { fromWork } : {}) };
        const result = await api.returnScanned({ body, signal: AbortSignal.timeout(TIMEOUT_MS) });
        put({ ...entry, state: 'answered', result, trouble: null });
        say.current(returnCues[result.outcome]);
        if (result.outcome === 'returned') invalidateOperations(['listCustomerOrders', 'listRecentOrders']);
      } catch (error) {
        const verdict = judge(error);
        put({ ...entry, state: 'failed', result: null, trouble: verdict.retry ? null : verdict.sentence });
        say.current('refused');
      }
    },
    [put],
  );
  const undo = useCallback(
    async (entry: ReturnEntry) => {
      const { id: customerOrderId, allocationId } = entry.result!.order!;
      try {
        await api.undoReturn({ params: { customerOrderId, allocationId } });
        put({ ...entry, state: 'undone', trouble: null });
        say.current('return-undone');
      } catch (error) {
        const verdict = judge(error);
        put({ ...entry, trouble: verdict.retry ? words.undoFailed : verdict.sentence });
        say.current('refused');
      }
    },
    [put],
  );
  return {
    entries,
    add: (text, reason) => {
      const entry = { mutationId: crypto.randomUUID(), text, reason, at: Date.now(), state: 'sending' } as const;
      void send({ ...entry, result: null, trouble: null }, false);
    },
    again: (entry, fromWork = false) => void send(entry, fromWork),
    undo: (entry) => void undo(entry),
    undoLast: () => {
      const last = entries.find(isReturned);
      if (last) void undo(last);
      return last !== undefined;
    },
  };
}
