import { hash } from 'node:crypto';
import { expect, it } from 'vitest';
import { markOf, SeenPayloads } from './seen-payloads.ts';

const payload = (n: number) =>
  Buffer.concat([hash('sha256', `${n}`, 'buffer'), hash('sha512', `${n}`, 'buffer')]).subarray(0, 88);

it('marks payloads apart, whatever byte of them differs', () => {
  const marks = new Set(Array.from({ length: 100_000 }, (_, n) => markOf(payload(n))));
  expect(marks.size).toBe(100_000);
  const one = payload(1);
  for (let byte = 0; byte < 88; byte++)
    for (const bit of [1, 128]) {
      const other = Uint8Array.from(one);
      other[byte]! ^= bit;
      expect(markOf(other)).not.toBe(markOf(one));
      expect(Number.isSafeInteger(markOf(other))).toBe(true);
    }
  expect(markOf(one.subarray(0, 87))).not.toBe(markOf(one));
  expect(markOf(new Uint8Array(3))).not.toBe(markOf(new Uint8Array(4)));
});

it('remembers for a day, of each tracker by itself, and adds to what it has', () => {
  const seen = new SeenPayloads();
  const HOUR = 3_600_000;
  expect(seen.of(7, 0)).toBeNull();
  seen.keep(7, [3, 1, 2], 0);
  seen.keep(7, [9], HOUR);
  const known = seen.of(7, 2 * HOUR)!;
  expect([1, 2, 3, 4, 9].map(known)).toEqual([true, true, true, false, true]);
  expect(seen.of(8, HOUR)).toBeNull();
  // The database is asked again after a day, counted from the first, and when the clock is set back.
  expect(seen.of(7, 24 * HOUR)).toBeNull();
  expect(seen.of(7, -1)).toBeNull();
  seen.keep(7, [5], 25 * HOUR);
  expect([1, 5].map(seen.of(7, 26 * HOUR)!)).toEqual([false, true]);
});

it('forgets first who was answered longest ago', () => {
  const seen = new SeenPayloads();
  for (let tracker = 0; tracker < 300; tracker++)
    seen.keep(
      tracker,
      Array.from({ length: 8192 }, (_, n) => n),
      tracker,
    );
  expect(seen.of(0, 300)).toBeNull();
  expect(seen.of(299, 300)).not.toBeNull();
});
