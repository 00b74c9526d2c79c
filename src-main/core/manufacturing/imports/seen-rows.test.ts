import fc from 'fast-check';
import { expect, it } from 'vitest';
import { macNumber, SeenRows } from './seen-rows.ts';

it('remembers what a Map remembers', () => {
  const number = fc.oneof(
    fc.nat(50),
    fc.maxSafeNat().filter((n) => n < Number.MAX_SAFE_INTEGER),
    fc.constantFrom(2 ** 32, 2 ** 48 - 1, 0),
  );
  fc.assert(
    fc.property(fc.array(number, { maxLength: 3000 }), (numbers) => {
      const seen = new SeenRows();
      const map = new Map<number, number>();
      for (const [row, value] of numbers.entries()) {
        expect(seen.firstSeen(value, row)).toBe(map.get(value));
        if (!map.has(value)) map.set(value, row);
      }
    }),
    { numRuns: 30 },
  );
});

it('takes ids in a row, and an address as its number', () => {
  const seen = new SeenRows();
  for (let id = 1; id <= 200_000; id++) expect(seen.firstSeen(id, id)).toBeUndefined();
  expect(seen.firstSeen(77, 1)).toBe(77);
  expect(macNumber('FF:FF:FF:FF:FF:FF')).toBe(2 ** 48 - 1);
  expect(() => seen.firstSeen(-1, 1)).toThrow(RangeError);
  expect(() => seen.firstSeen(0.5, 1)).toThrow(RangeError);
});
