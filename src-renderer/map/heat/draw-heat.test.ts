import { expect, test } from 'vitest';
import { heatColor, heatOf } from './draw-heat.ts';

test('colours run from dark violet to yellow, and get lighter all the way', () => {
  expect(heatColor(0)).toEqual([68, 1, 84]);
  expect(heatColor(1)).toEqual([253, 231, 37]);
  expect(heatColor(2)).toEqual(heatColor(1));
  const light = Array.from({ length: 21 }, (_, n) => {
    const [red, green, blue] = heatColor(n / 20);
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  });
  expect(light.toSorted((a, b) => a - b)).toEqual(light);
});

test('more trackers glow more, and even one among thousands is seen', () => {
  const values = [1, 2, 10, 100, 5000].map((count) => heatOf(count, 5000));
  expect(values.toSorted((a, b) => a - b)).toEqual(values);
  expect(values[0]).toBeGreaterThan(0.15);
  expect(values.at(-1)).toBeCloseTo(1);
  expect(heatOf(1, 1)).toBeCloseTo(0.56);
});
