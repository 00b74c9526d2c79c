import { expect, it } from 'vitest';
import type { ScanResult } from '../../../../src-shared/contract/customer-orders.ts';
import { keepWaiting, keptWaiting, waitingAfter } from './goods-waiting.ts';
import type { ScanEntry } from './scan-queue.ts';

const A = 'AA:BB:CC:DD:EE:01';
const B = 'AA:BB:CC:DD:EE:02';
const entry = (outcome: ScanResult['outcome'], macAddress: string | null, scanned = 'x'): ScanEntry =>
  ({
    result: {
      outcome,
      macAddress,
      scanned,
      order: { id: 1, number: 'O-1', quantity: 9, allocatedCount: 1, state: 'open', unpairedCount: 1 },
    },
  }) as ScanEntry;
const follow = (...entries: ScanEntry[]) =>
  entries.reduce<ReturnType<typeof waitingAfter>>((waiting, each) => waitingAfter(waiting, each, 5), null);

it('waits for the goods of the tracker that was scanned last', () => {
  expect(follow(entry('allocated', A))).toEqual({ of: A, twice: null, at: 5 });
  expect(follow(entry('allocated', A), entry('paired', A))).toBeNull();
  expect(follow(entry('allocated', A), entry('allocated', B))?.of).toBe(B);
  expect(follow(entry('allocated', A), entry('paired', A), entry('already-in-this-order', A))?.of).toBe(A);
});

it('asks on after a code that is not taken, and keeps the one that comes twice', () => {
  expect(follow(entry('allocated', A), entry('goods-unusable', A))?.of).toBe(A);
  expect(follow(entry('allocated', A), entry('goods-twice', A, 'CHAIR'))).toMatchObject({ of: A, twice: 'CHAIR' });
});

it('gives no tracker the goods of one that was refused after it', () => {
  expect(follow(entry('allocated', A), entry('in-another-order', B))).toBeNull();
  expect(follow(entry('allocated', A), entry('malformed', null))).toBeNull();
});

it('follows an undo: of the code, the tracker waits again; of the tracker, nothing waits', () => {
  expect(follow(entry('allocated', A), entry('paired', A), entry('unpaired', A))?.of).toBe(A);
  expect(follow(entry('allocated', A), entry('undone', A))).toBeNull();
  expect(follow(entry('allocated', B), entry('undone', A))?.of).toBe(B);
});

it('waits for nothing in an order that pairs nothing', () => {
  const plain = entry('allocated', A);
  delete plain.result!.order.unpairedCount;
  expect(follow(plain)).toBeNull();
});

it('survives a reload, not a night, and no damage', () => {
  const items = new Map<string, string>();
  const storage = {
    getItem: (key: string) => items.get(key) ?? null,
    setItem: (key: string, value: string) => void items.set(key, value),
    removeItem: (key: string) => void items.delete(key),
  } as unknown as Storage;
  keepWaiting(storage, 1, { of: A, twice: null, at: 1_000 });
  expect(keptWaiting(storage, 1, 2_000)?.of).toBe(A);
  expect(keptWaiting(storage, 2, 2_000)).toBeNull();
  expect(keptWaiting(storage, 1, 24 * 3_600_000)).toBeNull();
  items.set('console.goods.1', '{broken');
  expect(keptWaiting(storage, 1, 2_000)).toBeNull();
});
