import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decimal, gpxOf } from './gpx.ts';

test('degrees are decimals without an exponent', () => {
  expect(decimal(0.0000004)).toBe('0.0000004');
  expect(decimal(-1e-9)).toBe('0');
  expect(decimal(1e-12)).toBe('0');
  expect(decimal(100)).toBe('100');
  fc.assert(
    fc.property(fc.double({ min: -180, max: 180, noNaN: true }), (degrees) => {
      expect(decimal(degrees)).toMatch(/^-?\d{1,3}(\.\d{1,7})?$/);
      expect(Math.abs(Number(decimal(degrees)) - degrees)).toBeLessThanOrEqual(5.1e-8);
    }),
  );
});

test('journeys are tracks with times, names as text and longitudes within the world', () => {
  const at = Date.UTC(2026, 10, 29, 8);
  const gpx = gpxOf(
    [
      {
        trackerId: 1,
        name: '<A & B>',
        fixes: [
          { at, latitude: 1e-7, longitude: 179.9, status: 'IN_TRANSIT' },
          { at: at + 60_000, latitude: -17.5, longitude: 180.1, status: null },
        ],
      },
    ],
    'console',
  );
  expect(gpx).toContain('<name>&lt;A &amp; B&gt;</name>');
  expect(gpx).toContain(
    '<trkpt lat="0.0000001" lon="179.9"><time>2026-11-29T08:00:00.000Z</time><type>IN_TRANSIT</type></trkpt>',
  );
  expect(gpx).toContain('<trkpt lat="-17.5" lon="-179.9"><time>2026-11-29T08:01:00.000Z</time></trkpt>');
});
