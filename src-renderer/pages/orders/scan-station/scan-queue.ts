import type { ScanResult } from '../../../../src-shared/contract/customer-orders.ts';

/** One act at the station. A scan is sent under its mutation id; an undo repeated by itself does no harm. */
export interface ScanTask {
  mutationId: string;
  kind: 'scan' | 'undo';
  orderId: number;
  /** What was scanned; for an undo, what the undone scan had read. */
  text: string;
  /** The scan that an undo takes back. */
  undoes: string | null;
  /** The allocation that an undo takes back, where it is known already. */
  allocationId: number | null;
  /** The person said that the device came back from a closed order. Absent in tasks of older pages. */
  returning?: boolean;
  /** The tracker whose goods this is, where the person said so; else the one that waits when it is sent. */
  goodsOf?: string;
  /** The code of goods stays on both trackers. */
  keepBoth?: boolean;
  /** Of a list of trackers: never a code of goods. */
  listed?: boolean;
  /** An undo of the code of the goods alone: the tracker stays. */
  only?: 'goods';
  /** Milliseconds since 1970, when the person acted. */
  at: number;
}

/**
 * waiting: behind another; sending: under way; pending: the console could not be reached, will be tried again;
 * answered: `result` holds the outcome; refused: the console will never take it, `refusal` says why.
 */
export interface ScanEntry extends ScanTask {
  state: 'waiting' | 'sending' | 'pending' | 'answered' | 'refused';
  attempts: number;
  result: ScanResult | null;
  refusal: string | null;
  /** When it was answered, milliseconds since 1970. */
  answeredAt?: number;
}

/** How a failed send is to be taken: try the same again later, or give it up with a sentence for the person. */
export type Verdict = { retry: true } | { retry: false; sentence: string };

export interface ScanQueueDeps {
  /** Sends a task; an undo is given the entry of the scan that it takes back. */
  send: (task: ScanTask, undone: ScanEntry | null) => Promise<ScanResult>;
  judge: (error: unknown) => Verdict;
  /** Keeps unanswered tasks over a reload or a crash. */
  keep: (task: ScanTask) => void;
  forget: (task: ScanTask) => void;
  /** Called after every change with the newest first. */
  onChange: (entries: readonly ScanEntry[]) => void;
  onAnswer: (entry: ScanEntry) => void;
  setTimer: (run: () => void, ms: number) => unknown;
  clearTimer: (timer: unknown) => void;
}

const FIRST_RETRY_MS = 1_000;
const MAX_RETRY_MS = 15_000;
/** Answered entries beyond these leave the screen; they are in the order's scan log. */
const KEPT_ON_SCREEN = 200;

/**
 * Sends acts one at a time and in order. What can't be sent stays at the head and is tried again under the same
 * mutation id, so that a scan whose answer was lost is answered, not counted twice. Nothing is ever dropped: an entry
 * ends as answered or refused.
 */
export function createScanQueue(deps: ScanQueueDeps) {
  let entries: ScanEntry[] = [];
  let busy = false;
  let stopped = false;
  let timer: unknown = null;
  let delay = FIRST_RETRY_MS;

  const changed = () => deps.onChange([...entries].reverse());
  const next = () => entries.find((entry) => entry.state === 'waiting' || entry.state === 'pending');
  const update = (entry: ScanEntry, change: Partial<ScanEntry>) => {
    const updated = { ...entry, ...change };
    entries = entries.map((other) => (other.mutationId === entry.mutationId ? updated : other));
    return updated;
  };
  const finish = (entry: ScanEntry, change: Partial<ScanEntry>) => {
    const done = update(entry, change);
    deps.forget(done);
    const finished = entries.filter((other) => other.result !== null || other.refusal !== null);
    const surplus = new Set(finished.slice(0, Math.max(0, finished.length - KEPT_ON_SCREEN)));
    entries = entries.filter((other) => !surplus.has(other));
    delay = FIRST_RETRY_MS;
    changed();
    deps.onAnswer(done);
  };

  async function run() {
    if (busy || stopped || timer !== null) return;
    const head = next();
    if (!head) return;
    busy = true;
    const sending = update(head, { state: 'sending', attempts: head.attempts + 1 });
    changed();
    try {
      const undone = entries.find((entry) => entry.mutationId === sending.undoes) ?? null;
      const result = await deps.send(sending, undone);
      finish(sending, { state: 'answered', result, answeredAt: Date.now() });
    } catch (error) {
      const verdict = deps.judge(error);
      if (verdict.retry) {
        update(sending, { state: 'pending' });
        changed();
        if (!stopped) {
          timer = deps.setTimer(wake, delay);
          delay = Math.min(delay * 2, MAX_RETRY_MS);
        }
      } else finish(sending, { state: 'refused', refusal: verdict.sentence });
    } finally {
      busy = false;
    }
    void run();
  }
  function wake() {
    if (timer !== null) deps.clearTimer(timer);
    timer = null;
    void run();
  }

  return {
    /** Takes acts that a former page left unanswered, before anything new. */
    restore(tasks: readonly ScanTask[]) {
      const known = new Set(entries.map((entry) => entry.mutationId));
      const restored = tasks.filter((task) => !known.has(task.mutationId)).map(fresh);
      entries = [...restored, ...entries];
      changed();
      void run();
    },
    add(task: ScanTask) {
      deps.keep(task);
      entries = [...entries, fresh(task)];
      changed();
      void run();
    },
    /** Tries again at once, when the network is said to be back. */
    wake,
    /** Ends sending; what is unanswered stays kept for the next page. */
    stop() {
      stopped = true;
      if (timer !== null) deps.clearTimer(timer);
      timer = null;
    },
  };
}
export type ScanQueue = ReturnType<typeof createScanQueue>;

const fresh = (task: ScanTask): ScanEntry => ({ ...task, state: 'waiting', attempts: 0, result: null, refusal: null });

/** Whether an entry still awaits the console's answer. */
export const isUnanswered = (entry: ScanEntry): boolean => entry.state !== 'answered' && entry.state !== 'refused';

/**
 * Whether an undo makes sense: the scan allocated, or may yet, and no undo of it is known.
 * @param entries newest first, as `onChange` gives them
 */
export function isUndoable(entry: ScanEntry, entries: readonly ScanEntry[]): boolean {
  if (entry.kind !== 'scan' || entry.state === 'refused') return false;
  if (entry.result?.outcome === 'paired') return isLastOfDevice(entry, entries);
  if (entry.result !== null && entry.result.outcome !== 'allocated') return false;
  return !entries.some((other) => other.undoes === entry.mutationId && other.state !== 'refused');
}

/** Nothing was done since with the device whose goods were scanned, and no undo of it is under way. */
function isLastOfDevice(entry: ScanEntry, entries: readonly ScanEntry[]): boolean {
  const since = entries.slice(0, entries.indexOf(entry));
  return !since.some(
    (other) =>
      other.state !== 'refused' &&
      (other.undoes === entry.mutationId ||
        (changing.has(other.result?.outcome) && other.result?.macAddress === entry.result?.macAddress)),
  );
}
const changing = new Set<string | undefined>(['paired', 'unpaired', 'undone', 'returned']);

/**
 * Whether an answer of this workstation has not been sent yet. The mark comes with the answer, and goes when the
 * workstation was seen since with nothing to send.
 */
export const isPending = ({ result, answeredAt = 0 }: ScanEntry, sentAt: number | null): boolean =>
  result?.pending === true && (sentAt === null || sentAt <= answeredAt);
