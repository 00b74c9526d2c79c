import { expect, it } from 'vitest';
import { type EarlierScan, isEarlierUndoable, notAmong } from './earlier-scans.ts';
import type { ScanEntry } from './scan-queue.ts';

const scan = (id: number, outcome: EarlierScan['outcome'], allocationId: number | null): EarlierScan => ({
  id,
  outcome,
  scanned: `code-${id}`,
  macAddress: null,
  allocationId,
  scannedBy: 'Wim',
  scannedAt: `2026-11-23T08:00:0${id}.000Z`,
});
const entry = (change: Partial<ScanEntry>): ScanEntry => ({
  mutationId: 'm',
  kind: 'undo',
  orderId: 1,
  text: 'x',
  undoes: null,
  allocationId: null,
  at: 0,
  state: 'pending',
  attempts: 1,
  result: null,
  refusal: null,
  ...change,
});

it('offers to take back what is still allocated', () => {
  const scans = [scan(3, 'undone', 7), scan(2, 'allocated', 8), scan(1, 'allocated', 7)];
  expect(scans.map((each) => isEarlierUndoable(each, scans, []))).toEqual([false, true, false]);
  expect(isEarlierUndoable(scans[1]!, scans, [entry({ allocationId: 8 })])).toBe(false);
  expect(isEarlierUndoable(scans[1]!, scans, [entry({ allocationId: 8, state: 'refused' })])).toBe(true);
});

it('leaves out what the entries show already', () => {
  const { scannedAt, scanned } = scan(2, 'allocated', 8);
  const answered = entry({ kind: 'scan', state: 'answered', result: { scannedAt, scanned } as ScanEntry['result'] });
  expect(notAmong([scan(2, 'allocated', 8), scan(1, 'allocated', 7)], [answered]).map(({ id }) => id)).toEqual([1]);
});
