import { useCallback, useEffect, useRef, useState } from 'react';
import type { ScannerSettings } from '../../../../src-shared/contract/workstation.ts';
import { normaliseMac } from '../../../../src-shared/domain/mac-address.ts';
import { queryClient } from '../../../api/query-client.ts';
import { useConnection } from '../../../stores/connection.ts';
import { createDoubleReadFilter } from './double-read.ts';
import { createJamGuard } from './jam-guard.ts';
import { forgetTask, keepTask, keptTasks } from './kept-tasks.ts';
import { createScanQueue, isUnanswered, isUndoable, type ScanEntry, type ScanQueue } from './scan-queue.ts';
import { bareCode } from './scanner-text.ts';
import { judge, sendTask } from './send-task.ts';
import type { Cue } from './sounds.ts';
import { type Goods, useGoodsWaiting } from './use-goods.ts';

export interface Station {
  /** Newest first. */
  entries: readonly ScanEntry[];
  /** Something could not be sent and is being tried again. */
  stuck: boolean;
  /** Codes come faster than any hand scans; they are refused until the scanner is quiet. */
  jammed: boolean;
  /** Takes a code; the same one within a second is ignored quietly unless `list` says that it comes from a list. */
  scan: (code: string, list?: boolean) => void;
  undo: (scan: { mutationId: string | null; text: string; allocationId: number | null; only?: 'goods' }) => void;
  goods: Goods;
  /** Scans a device again that came back from a closed order: it is returned from there. */
  scanReturned: (code: string) => void;
  /** Takes back the last scan that can be; false when there is none. */
  undoLast: () => boolean;
}

/** The acts of one order at this station: queued, kept over a reload, sent in order, answered aloud through `cue`. */
export function useStation(orderId: number, cue: (cue: Cue) => void, scanner?: ScannerSettings): Station {
  const [entries, setEntries] = useState<readonly ScanEntry[]>([]);
  const latest = useRef(entries);
  const queue = useRef<ScanQueue | null>(null);
  const isDouble = useRef(createDoubleReadFilter());
  const lastTracker = useRef('');
  const takes = useRef(createJamGuard());
  const [jammed, setJammed] = useState(false);
  const around = useRef(scanner);
  around.current = scanner;
  const goods = useGoodsWaiting(orderId);
  const { latest: goodsWaiting, follow: followGoods } = goods;
  const say = useRef(cue);
  say.current = cue;

  useEffect(() => {
    let gone = false;
    const created = createScanQueue({
      send: (task, undone) => sendTask(task, undone, goodsWaiting.current?.of ?? null),
      judge,
      keep: (task) => keepTask(localStorage, task),
      forget: (task) => forgetTask(localStorage, task),
      onChange: (next) => {
        if (gone) return;
        if (!isStuck(latest.current) && isStuck(next)) say.current('kept');
        latest.current = next;
        setEntries(next);
      },
      onAnswer: (entry) => {
        // Also of a page that is left: the next one begins with the tracker that waits.
        followGoods(entry);
        if (gone) return;
        showProgress(entry);
        say.current(cueOf(entry));
      },
      setTimer: (run, ms) => window.setTimeout(run, ms),
      clearTimer: (timer) => window.clearTimeout(timer as number),
    });
    queue.current = created;
    created.restore(keptTasks(localStorage, orderId));
    window.addEventListener('online', created.wake);
    const unsubscribe = useConnection.subscribe(({ state }) => {
      if (state === 'online') created.wake();
    });
    return () => {
      gone = true;
      created.stop();
      window.removeEventListener('online', created.wake);
      unsubscribe();
    };
  }, [orderId, goodsWaiting, followGoods]);

  const scan = useCallback(
    (code: string, list = false) => {
      const text = bareCode(code, around.current);
      if (text === '') return;
      if (!list) {
        const taken = takes.current(performance.now());
        setJammed((before) => {
          if (!taken && !before) say.current('refused');
          return !taken;
        });
        if (!taken) return;
      }
      const mac = normaliseMac(text);
      // The same goods after another tracker are asked about, not ignored.
      const once = mac ?? `${text} of ${lastTracker.current}`;
      if (mac !== null) lastTracker.current = mac;
      if (isDouble.current(once, performance.now()) && !list) return;
      if (isStuck(latest.current)) say.current('kept');
      queue.current?.add({
        ...base(orderId),
        kind: 'scan',
        text,
        undoes: null,
        allocationId: null,
        ...(list ? { listed: true } : {}),
      });
    },
    [orderId],
  );
  const undo = useCallback<Station['undo']>(
    ({ mutationId, text, allocationId, only }) =>
      queue.current?.add({
        ...base(orderId),
        kind: 'undo',
        text,
        undoes: mutationId,
        allocationId,
        ...(only ? { only } : {}),
      }),
    [orderId],
  );
  const scanReturned = useCallback(
    (text: string) =>
      queue.current?.add({
        ...base(orderId),
        kind: 'scan',
        text,
        undoes: null,
        allocationId: null,
        returning: true,
      }),
    [orderId],
  );
  const undoLast = useCallback(() => {
    const last = latest.current.find((entry) => isUndoable(entry, latest.current));
    if (last) undo(undoOf(last));
    return last !== undefined;
  }, [undo]);

  const { waiting, skip, choose } = goods;
  const keepBoth = useCallback(() => {
    const { of, twice } = goodsWaiting.current ?? {};
    if (!of || !twice) return;
    const act = { kind: 'scan', text: twice, undoes: null, allocationId: null } as const;
    queue.current?.add({ ...base(orderId), ...act, goodsOf: of, keepBoth: true });
  }, [orderId, goodsWaiting]);
  return {
    entries,
    stuck: isStuck(entries),
    jammed,
    scan,
    undo,
    scanReturned,
    undoLast,
    goods: { waiting, skip: () => skip(latest.current), keepBoth, choose },
  };
}

/** What takes back an entry; of a code of goods, only that. */
export const undoOf = (entry: ScanEntry) => ({
  mutationId: entry.mutationId,
  // A code of goods says nothing of its tracker.
  text: entry.result?.outcome === 'paired' ? (entry.result.macAddress ?? entry.text) : entry.text,
  allocationId: entry.result?.allocationId ?? null,
  ...(entry.result?.outcome === 'paired' ? { only: 'goods' as const } : {}),
});

const base = (orderId: number) => ({ mutationId: crypto.randomUUID(), orderId, at: Date.now() });

/** The first of what is unanswered was tried and did not get through. */
function isStuck(entries: readonly ScanEntry[]): boolean {
  return entries.some((entry) => isUnanswered(entry) && (entry.state === 'pending' || entry.attempts > 1));
}

function cueOf({ result }: ScanEntry): Cue {
  if (!result) return 'refused';
  const filled = result.outcome === 'allocated' && result.order.allocatedCount >= result.order.quantity;
  return filled ? 'filled' : result.outcome;
}

/** The answer carries the order's progress: the counter needs no second request. */
function showProgress({ result, orderId }: ScanEntry): void {
  if (!result) return;
  const key = ['getCustomerOrder', { params: { customerOrderId: orderId } }];
  queryClient.setQueryData(key, (known: object | undefined) => (known ? { ...known, ...result.order } : known));
}
