import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Corner, checkOutline, type Outline } from './outline.ts';
import { readShape } from './read-outline.ts';

const square: Corner[] = [[7, 47], [8, 47], [8, 48], [7, 47]]; // biome-ignore format: as short as it is
const hole: Corner[] = [[7.5, 47.2], [7.7, 47.2], [7.7, 47.3], [7.5, 47.2]]; // biome-ignore format: as short as it is
const wktOf = (outline: Outline) =>
  `MULTIPOLYGON (${outline
    .map((rings) => `(${rings.map((ring) => `(${ring.map((corner) => corner.join(' ')).join(', ')})`).join(',')})`)
    .join(', ')})`;
const problemOf = (text: string) => {
  const read = readShape(text);
  return 'problem' in read ? read.problem.message : read.shape;
};

describe('an outline that is pasted', () => {
  it('is read from each way to write it', () => {
    const polygon = { type: 'Polygon', coordinates: [square, hole] };
    const feature = { type: 'Feature', properties: { name: 'Yard' }, geometry: polygon };
    const shape = { outline: [[square, hole]] };
    for (const json of [polygon, feature, { type: 'FeatureCollection', features: [feature] }])
      expect(problemOf(` ${JSON.stringify(json, null, 2)}\n`)).toEqual(shape);
    for (const wkt of [
      'POLYGON((7 47,8 47,8 48,7 47),(7.5 47.2,7.7 47.2,7.7 47.3,7.5 47.2))',
      'SRID=4326;polygon z ( ( 7 47 1, 8 47 1,\n 8.0 48 1, 7 47 1 ), (7.5 47.2 0,7.7 47.2 0,7.7 47.3 0,7.5 47.2 0))',
      'POLYGONZ((7 47 0,8 47 0,8 4.8e1 0,7 47 0),(7.5 47.2 0,7.7 47.2 0,7.7 47.3 0,7.5 47.2 0))',
      'MULTIPOLYGON(((7 47,8 47,8 48,7 47),(7.5 47.2,7.7 47.2,7.7 47.3,7.5 47.2)))',
    ])
      expect([wkt, problemOf(wkt)]).toEqual([wkt, shape]);
    expect(problemOf('LINESTRING(7 47,8 47,8 48,7 47)')).toEqual({ outline: [[square]] });
    expect(problemOf('POINT(7.5 47.25)')).toEqual({ point: [7.5, 47.25] });
  });

  it('is read as it was written, whatever it is', () => {
    const corner = fc.tuple(
      fc.double({ min: -180, max: 180, noNaN: true }),
      fc.double({ min: -90, max: 90, noNaN: true }),
    );
    const any = fc.array(fc.array(fc.array(corner, { minLength: 1, maxLength: 6 }), { minLength: 1, maxLength: 3 }), {
      minLength: 1,
      maxLength: 3,
    });
    fc.assert(
      fc.property(any, (outline) => {
        const plain = JSON.parse(JSON.stringify(outline)) as Outline;
        const expected = { shape: { outline: plain } };
        expect(readShape(JSON.stringify({ type: 'MultiPolygon', coordinates: outline }))).toEqual(expected);
        expect(readShape(wktOf(plain))).toEqual(expected);
      }),
      { numRuns: 50 },
    );
  });

  it('that goes on over the antimeridian comes back to it', () => {
    const fiji = readShape('POLYGON((179 -17, 181 -17, 181 -16, 179 -17))');
    expect(fiji).toEqual({ shape: { outline: [[[[179, -17], [-179, -17], [-179, -16], [179, -17]]]] } }); // biome-ignore format: as short as it is
    expect('shape' in fiji && 'outline' in fiji.shape && checkOutline(fiji.shape.outline)).toHaveProperty('outline');
  });

  it('with latitude first is told, and read the other way when asked', () => {
    const text = 'POLYGON((-16 175, -17 175, -17 176, -16 175))';
    expect(readShape(text)).toEqual({
      problem: { message: expect.stringContaining('latitude and longitude are swapped'), isSwapped: true },
    });
    expect(readShape(text, 'latitude-first')).toEqual({
      shape: { outline: [[[[175, -16], [175, -17], [176, -17], [175, -16]]]] }, // biome-ignore format: as short as it is
    });
  });

  it.each([
    ['', /nothing to read/],
    ['a yard', /neither GeoJSON nor WKT/],
    ['{"type":"Polygon","coordinates":[[[7,47],[8,', /incomplete/],
    ['POLYGON((7 47,8 47,8 48', /incomplete/],
    ['POLYGON((7 47,8 47,8 48)) and more', /incomplete/],
    ['POLYGON(((((((7 47)))))))', /incomplete/],
    ['POLYGON EMPTY', /empty/],
    ['{"type":"Polygon","coordinates":[[["7","47"],[8,47],[8,48]]]}', /not a pair of numbers/],
    ['{"type":"Polygon","coordinates":7}', /empty/],
    ['LINESTRING(7 47,8 47)', /A line is not an outline/],
    ['MULTIPOINT((7 47),(8 47))', /MULTIPOINT is not an outline/],
    ['SRID=2056;POLYGON((2600000 1200000,2600100 1200000,2600100 1200100))', /SRID 2056/],
    ['POLYGON((2600000 1200000,2600100 1200000,2600100 1200100))', /not degrees/],
    ['POLYGON((100 95, 101 95, 101 96))', /beyond 90 degrees\./],
    ['{"type":"FeatureCollection","features":[]}', /empty/],
    ['{"type":"Feature","geometry":null}', /no shape/],
    ['{"type":"FeatureCollection","features":[{},{}]}', /2 shapes. Import it as a file/],
  ])('%s is refused in words', (text, why) => {
    expect(problemOf(text)).toMatch(why);
  });

  it('of two points, or with a hundred thousand corners, is read and refused as a fence', () => {
    const problem = (text: string) => {
      const read = readShape(text);
      const checked = 'shape' in read && 'outline' in read.shape ? checkOutline(read.shape.outline) : null;
      return checked && 'problem' in checked ? checked.problem.message : checked;
    };
    expect(problem('POLYGON((7 47, 8 47))')).toBe('Each ring of an outline needs three corners.');
    const many = Array.from({ length: 100_000 }, (_, n) => {
      const angle = (2 * Math.PI * n) / 100_000;
      return `${7 + Math.cos(angle)} ${47 + Math.sin(angle)}`;
    });
    expect(problem(`POLYGON((${many.join(',')}))`)).toMatch(/at most 10,?000 corners, and this one has 100,?000/);
  });
});
