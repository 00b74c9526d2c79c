import { expect, it } from 'vitest';
import { forgetTask, keepTask, keptTasks } from './kept-tasks.ts';
import type { ScanTask } from './scan-queue.ts';

function memoryStorage(): Storage {
  const items = new Map<string, string>();
  return {
    get length() {
      return items.size;
    },
    key: (index) => [...items.keys()][index] ?? null,
    getItem: (key) => items.get(key) ?? null,
    setItem: (key, value) => void items.set(key, value),
    removeItem: (key) => void items.delete(key),
    clear: () => items.clear(),
  };
}
const task = (mutationId: string, orderId: number, at: number): ScanTask => ({
  mutationId,
  kind: 'scan',
  orderId,
  text: 'x',
  undoes: null,
  allocationId: null,
  at,
});

it('gives back what is unanswered of one order, oldest first, and skips what is damaged', () => {
  const storage = memoryStorage();
  keepTask(storage, task('b', 1, 2));
  keepTask(storage, task('a', 1, 1));
  keepTask(storage, task('c', 12, 3));
  storage.setItem('console.scans.1.d', '{broken');
  expect(keptTasks(storage, 1).map((kept) => kept.mutationId)).toEqual(['a', 'b']);
  forgetTask(storage, task('a', 1, 1));
  expect(keptTasks(storage, 1).map((kept) => kept.mutationId)).toEqual(['b']);
});

it('bears a storage that is full', () => {
  const full = {
    ...memoryStorage(),
    setItem: () => {
      throw new DOMException('full', 'QuotaExceededError');
    },
  };
  expect(() => keepTask(full, task('a', 1, 1))).not.toThrow();
});
