import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseDegrees, parsePosition } from './parse-position.ts';

/** 53° 33' 4" N, 9° 59' 37.5" E: the town hall of Hamburg, to some metres. */
const hamburg = { latitude: 53.551111, longitude: 9.99375 };

describe('a pair of coordinates', () => {
  it.each([
    '53.551111, 9.99375',
    '53.551111 9.99375',
    '53.551111;9.99375',
    '  53.551111 / 9.99375 ',
    '(53.551111, 9.99375)',
    '53,551111 9,99375',
    '53,551111, 9,99375',
    '53,551111; 9,99375',
    '53,551111,9,99375',
    '+53.551111 +9.99375',
    '+53.551111+009.99375/',
    '53.551111°, 9.99375°',
    '53.551111° N, 9.99375° E',
    '53.551111N 9.99375E',
    'N53.551111 E9.99375',
    'N 53,551111° E 9,99375°',
    '9.99375 E, 53.551111 N',
    'E 9.99375 N 53.551111',
    'lat: 53.551111, lon: 9.99375',
    'lng=9.99375; lat=53.551111',
    'geo:53.551111,9.99375;u=35',
    'geo:53.551111,9.99375?z=12',
    '53°33\'4.0"N 9°59\'37.5"E',
    '53°33′4″N 9°59′37.5″E',
    '53°33′4″N, 9°59′37,5″E',
    "53° 33' 4'' N 9° 59' 37.5'' E",
    '53 33 4 N 9 59 37.5 E',
    '53 33 4 9 59 37.5',
    '53º33’4”N 9º59’37,5”E',
    "53° 33.06667' N, 9° 59.625' E",
    '53 33.06667, 9 59.625',
    '53 deg 33 min 4 sec N 9 deg 59 min 37.5 sec E',
    '５３.551111, 9.99375',
  ])('%s', (text) => {
    const position = parsePosition(text);
    expect(position?.latitude).toBeCloseTo(hamburg.latitude, 5);
    expect(position?.longitude).toBeCloseTo(hamburg.longitude, 5);
  });

  it('south, west and minus are negative', () => {
    expect(parsePosition('33.9 S 18.4 E')).toEqual({ latitude: -33.9, longitude: 18.4 });
    expect(parsePosition('-33.9, -70.7')).toEqual({ latitude: -33.9, longitude: -70.7 });
    expect(parsePosition('−33,9 −70,7')).toEqual({ latitude: -33.9, longitude: -70.7 });
    expect(parsePosition('40.7N, 74W')).toEqual({ latitude: 40.7, longitude: -74 });
  });

  it('of whole degrees, with one comma', () => {
    expect(parsePosition('53,9')).toEqual({ latitude: 53, longitude: 9 });
    expect(parsePosition('53, 9')).toEqual({ latitude: 53, longitude: 9 });
  });

  it.each([
    '',
    'Hamburg',
    '53.5511',
    '53,5511',
    '95, 10',
    '53, 181',
    '53.5 N 9.9 N',
    '53.5 E 9.9 E',
    '-53.5 S, 9.9 E',
    '53.5 N S, 9.9',
    "53°61'N 9°E",
    '53.5°30′N 9°E',
    '1 2 3',
    '1 2 3 4 5',
    '53.5, 9.9, 12',
    // East in German, west in Spanish.
    '40.4 N 3.7 O',
    '20457 Hamburg 12',
    '2026-11-29, 10',
    'Infinity, NaN',
    '1e1, 2e1',
    `${'1'.repeat(120)}, 2`,
  ])('is not %s', (text) => expect(parsePosition(text)).toBeNull());

  it('is read as it was written, for any place and number of decimals', () => {
    const degrees = (limit: number) => fc.double({ min: -limit, max: limit, noNaN: true });
    fc.assert(
      fc.property(
        degrees(90),
        degrees(180),
        fc.integer({ min: 1, max: 8 }),
        fc.boolean(),
        (lat, lon, digits, german) => {
          const write = (value: number) => (german ? value.toFixed(digits).replace('.', ',') : value.toFixed(digits));
          for (const between of [', ', ' ', '; '])
            expect(parsePosition(write(lat) + between + write(lon))).toEqual({
              latitude: Number(lat.toFixed(digits)),
              longitude: Number(lon.toFixed(digits)),
            });
        },
      ),
    );
  });
});

describe('one coordinate', () => {
  it.each([
    ['53.5511', 'latitude', 53.5511],
    ['53,5511', 'latitude', 53.5511],
    ['+9,9937', 'longitude', 9.9937],
    ['-9.5', 'longitude', -9.5],
    ['9.5 W', 'longitude', -9.5],
    ["53° 30' N", 'latitude', 53.5],
    ['180', 'longitude', 180],
  ] as const)('%s as %s', (text, axis, degrees) => expect(parseDegrees(text, axis)).toBeCloseTo(degrees, 9));

  it.each([
    ['', 'latitude'],
    ['abc', 'latitude'],
    ['53.5x', 'latitude'],
    ['53.5511, 9.9937', 'latitude'],
    ['9.5 W', 'latitude'],
    ['90.01', 'latitude'],
    ['180.01', 'longitude'],
  ] as const)('is not %s as %s', (text, axis) => expect(parseDegrees(text, axis)).toBeNull());
});
