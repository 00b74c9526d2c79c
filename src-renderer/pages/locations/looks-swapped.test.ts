import { expect, test } from 'vitest';
import type { Location } from '../../../src-shared/contract/locations.ts';
import { isFarUnlessSwapped } from './looks-swapped.ts';

const at = (longitude: number, latitude: number) =>
  ({ position: { type: 'Point', coordinates: [longitude, latitude] } }) as Location;
const europe = [at(7.59, 47.56), at(9.99, 53.55)];

test('a fence off Somalia is asked about where Switzerland would be meant, and no other', () => {
  expect(isFarUnlessSwapped({ latitude: 8.54, longitude: 47.37 }, europe)).toBe(true);
  expect(isFarUnlessSwapped({ latitude: 47.37, longitude: 8.54 }, europe)).toBe(false);
  // Far from everything, either way round.
  expect(isFarUnlessSwapped({ latitude: -33.9, longitude: 18.4 }, europe)).toBe(false);
  expect(isFarUnlessSwapped({ latitude: 8.54, longitude: 47.37 }, [])).toBe(false);
  // No latitude.
  expect(isFarUnlessSwapped({ latitude: 10, longitude: 151 }, europe)).toBe(false);
});
