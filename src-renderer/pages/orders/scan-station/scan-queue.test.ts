import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { ScanResult } from '../../../../src-shared/contract/customer-orders.ts';
import {
  createScanQueue,
  isUnanswered,
  isUndoable,
  type ScanEntry,
  type ScanQueueDeps,
  type ScanTask,
} from './scan-queue.ts';

const task = (mutationId: string, extra: Partial<ScanTask> = {}): ScanTask => ({
  mutationId,
  kind: 'scan',
  orderId: 1,
  text: mutationId,
  undoes: null,
  allocationId: null,
  at: 0,
  ...extra,
});
const result = (outcome: ScanResult['outcome'], allocatedCount = 1): ScanResult => ({
  outcome,
  scanned: 'x',
  macAddress: null,
  trackerId: null,
  allocationId: null,
  otherOrder: null,
  order: { id: 1, number: 'O-1', quantity: 10, allocatedCount, state: 'open' },
  scannedAt: '2026-11-23T08:00:00.000Z',
});

/** A console whose network can be cut, before or after it took the scan. */
function setUp() {
  const taken: string[] = [];
  const kept = new Map<string, ScanTask>();
  const state = { network: 'up' as 'up' | 'down' | 'answer-lost', refuse: null as string | null };
  let entries: readonly ScanEntry[] = [];
  const answered: string[] = [];
  const deps: ScanQueueDeps = {
    send: vi.fn(async (sent: ScanTask) => {
      await new Promise((resolve) => setTimeout(resolve, 20));
      if (state.network === 'down') throw new TypeError('Failed to fetch');
      if (!taken.includes(sent.mutationId)) taken.push(sent.mutationId);
      if (state.network === 'answer-lost') throw new TypeError('Failed to fetch');
      if (state.refuse) throw new Error(state.refuse);
      return result('allocated', taken.length);
    }),
    judge: (error) =>
      error instanceof TypeError ? { retry: true } : { retry: false, sentence: (error as Error).message },
    keep: (kept_) => kept.set(kept_.mutationId, kept_),
    forget: (kept_) => kept.delete(kept_.mutationId),
    onChange: (next) => {
      entries = next;
    },
    onAnswer: (entry) => answered.push(entry.mutationId),
    setTimer: (run, ms) => setTimeout(run, ms),
    clearTimer: (timer) => clearTimeout(timer as ReturnType<typeof setTimeout>),
  };
  return { deps, queue: createScanQueue(deps), taken, kept, state, answered, entries: () => entries };
}

beforeEach(() => {
  vi.useFakeTimers();
});

describe('scan queue', () => {
  it('sends one after the other, in order, while more arrive', async () => {
    const { queue, deps, taken, answered, kept } = setUp();
    for (const id of ['a', 'b', 'c']) queue.add(task(id));
    await vi.advanceTimersByTimeAsync(10);
    expect(deps.send).toHaveBeenCalledTimes(1);
    queue.add(task('d'));
    await vi.advanceTimersByTimeAsync(100);
    expect(taken).toEqual(['a', 'b', 'c', 'd']);
    expect(answered).toEqual(['a', 'b', 'c', 'd']);
    expect(kept.size).toBe(0);
  });

  it('keeps scans while the network is gone and sends them in order when it is back', async () => {
    const { queue, taken, state, entries, kept } = setUp();
    state.network = 'down';
    for (const id of ['a', 'b', 'c']) queue.add(task(id));
    await vi.advanceTimersByTimeAsync(5_000);
    expect(taken).toEqual([]);
    expect(entries().every(isUnanswered)).toBe(true);
    expect(entries().at(-1)).toMatchObject({ mutationId: 'a', state: 'pending' });
    expect(kept.size).toBe(3);
    state.network = 'up';
    queue.wake();
    await vi.advanceTimersByTimeAsync(100);
    expect(taken).toEqual(['a', 'b', 'c']);
    expect(kept.size).toBe(0);
  });

  it('repeats a scan whose answer was lost under the same mutation id', async () => {
    const { queue, deps, taken, state, entries } = setUp();
    state.network = 'answer-lost';
    queue.add(task('a'));
    await vi.advanceTimersByTimeAsync(30);
    state.network = 'up';
    await vi.advanceTimersByTimeAsync(2_000);
    expect(taken).toEqual(['a']);
    expect(vi.mocked(deps.send).mock.calls.map(([sent]) => sent.mutationId)).toEqual(['a', 'a']);
    expect(entries()[0]).toMatchObject({ state: 'answered', attempts: 2 });
  });

  it('waits longer between attempts, up to a quarter of a minute', async () => {
    const { queue, deps, state } = setUp();
    state.network = 'down';
    queue.add(task('a'));
    await vi.advanceTimersByTimeAsync(60_000);
    const attempts = vi.mocked(deps.send).mock.calls.length;
    expect(attempts).toBeGreaterThanOrEqual(6);
    expect(attempts).toBeLessThanOrEqual(8);
  });

  it('shows a refusal and goes on with the next', async () => {
    const { queue, state, entries, taken } = setUp();
    state.refuse = 'This order is gone.';
    queue.add(task('a'));
    await vi.advanceTimersByTimeAsync(30);
    state.refuse = null;
    queue.add(task('b'));
    await vi.advanceTimersByTimeAsync(30);
    expect(entries().map((entry) => entry.state)).toEqual(['answered', 'refused']);
    expect(entries()[1]!.refusal).toBe('This order is gone.');
    expect(taken).toEqual(['a', 'b']);
  });

  it('takes up what a former page left, before what is new, and never twice', async () => {
    const { queue, state, taken } = setUp();
    state.network = 'down';
    queue.restore([task('old-1'), task('old-2')]);
    queue.add(task('new'));
    await vi.advanceTimersByTimeAsync(50);
    queue.restore([task('old-1')]);
    state.network = 'up';
    await vi.advanceTimersByTimeAsync(3_000);
    expect(taken).toEqual(['old-1', 'old-2', 'new']);
  });

  it('gives an undo the scan that it takes back', async () => {
    const { queue, deps } = setUp();
    queue.add(task('a'));
    queue.add(task('undo-a', { kind: 'undo', undoes: 'a' }));
    await vi.advanceTimersByTimeAsync(100);
    const [sent, undone] = vi.mocked(deps.send).mock.calls[1]!;
    expect(sent.kind).toBe('undo');
    expect(undone).toMatchObject({ mutationId: 'a', state: 'answered' });
  });

  it('stops sending but keeps what is unanswered', async () => {
    const { queue, state, kept, deps } = setUp();
    state.network = 'down';
    queue.add(task('a'));
    await vi.advanceTimersByTimeAsync(30);
    queue.stop();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(deps.send).toHaveBeenCalledTimes(1);
    expect([...kept.keys()]).toEqual(['a']);
  });
});

describe('undo', () => {
  const entry = (id: string, extra: Partial<ScanEntry> = {}): ScanEntry => ({
    ...task(id),
    state: 'answered',
    attempts: 1,
    result: result('allocated'),
    refusal: null,
    ...extra,
  });

  it('is offered for what was or may be allocated, once', () => {
    const allocated = entry('a');
    expect(isUndoable(allocated, [allocated])).toBe(true);
    expect(isUndoable(entry('b', { state: 'pending', result: null }), [])).toBe(true);
    expect(isUndoable(entry('c', { result: result('unknown-mac') }), [])).toBe(false);
    const undo = entry('u', { kind: 'undo', undoes: 'a' });
    expect(isUndoable(allocated, [undo, allocated])).toBe(false);
    expect(isUndoable(undo, [undo, allocated])).toBe(false);
    expect(isUndoable(allocated, [{ ...undo, state: 'refused' }, allocated])).toBe(true);
  });
});
