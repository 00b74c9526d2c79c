import { expect, it } from 'vitest';
import { durationInWords } from './format.ts';

it.each([
  [86_400, '1 day'],
  [2 * 86_400 + 3 * 3_600 + 59, '2 days 3 hours'],
  [3_660, '1 hour 1 minute'],
  [7_200, '2 hours'],
  [300, '5 minutes'],
  [31, '1 minute'],
])('%i seconds are %s', (seconds, words) => {
  expect(durationInWords(seconds)).toBe(words);
});
