import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Label, thinLabels } from './thin-labels.ts';

const at = (left: number, weight: number): Label => ({ left, top: 0, right: left + 40, bottom: 17, weight });

test('of labels on each other the longest stay is kept, and those that only touch stay', () => {
  const [short, long, beside, far] = [at(0, 1), at(10, 9), at(50, 5), at(200, 1)] as const;
  expect([...thinLabels([short, long, beside, far])]).toEqual([long, beside, far]);
  expect(thinLabels([])).toEqual(new Set());
});

test('what is kept never overlaps, and what is left out lies on something that weighs as much at least', () => {
  const label = fc.record({ left: fc.integer({ min: 0, max: 300 }), weight: fc.integer({ min: 1, max: 50 }) });
  fc.assert(
    fc.property(fc.array(label, { maxLength: 40 }), (made) => {
      const labels = made.map(({ left, weight }) => at(left, weight));
      const kept = [...thinLabels(labels)];
      const meets = (a: Label, b: Label) => Math.abs(a.left - b.left) < 40;
      for (const [n, one] of kept.entries()) expect(kept.slice(n + 1).some((other) => meets(one, other))).toBe(false);
      for (const one of labels.filter((each) => !kept.includes(each)))
        expect(kept.some((other) => meets(one, other) && other.weight >= one.weight)).toBe(true);
    }),
  );
});
