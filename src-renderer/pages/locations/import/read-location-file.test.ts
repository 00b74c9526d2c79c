import { expect, test } from 'vitest';
import { readLocationFile } from './read-location-file.ts';

const read = (text: string, axes: 'longitude-first' | 'latitude-first' = 'longitude-first') =>
  readLocationFile(new TextEncoder().encode(text), { kind: 'delivery', axes });
const ring = [[7, 47], [8, 47], [8, 48], [7, 47]]; // biome-ignore format: as short as it is
const feature = (properties: object, geometry: object) => ({ type: 'Feature', properties, geometry });

test('a collection of features is read, each with what its properties say', () => {
  const { locations, problems } = read(
    JSON.stringify({
      type: 'FeatureCollection',
      features: [
        feature({ Name: 'Yard', kind: 'Storage', margin_m: 20, id: 7 }, { type: 'Polygon', coordinates: [ring] }),
        feature({ title: 'Shop', address: 'Rue 1' }, { type: 'Point', coordinates: [7.5, 47.5, 260] }),
        feature({}, { type: 'LineString', coordinates: ring.slice(0, 2) }),
      ],
    }),
  );
  expect(locations).toEqual([
    {
      row: 1,
      kind: 'storage',
      name: 'Yard',
      address: '',
      geofenceRadiusM: 20,
      outline: { type: 'MultiPolygon', coordinates: [[ring]] },
    },
    { row: 2, kind: 'delivery', name: 'Shop', address: 'Rue 1', position: { type: 'Point', coordinates: [7.5, 47.5] } },
  ]);
  expect(problems.map(({ row, message }) => `${row}: ${message}`)).toEqual([
    '3: It has no name.',
    '3: A line is not an outline. Close it, or paste a Polygon.',
  ]);
});

test('CSV is read with WKT or with coordinates, also as German spreadsheets write it', () => {
  const wkt = 'name,WKT,type\n"Yard, north","POLYGON((7 47,8 47,8 48))",storage\n\nGate,POINT(7.5 47.5),\n';
  expect(read(wkt).locations).toEqual([
    {
      row: 2,
      kind: 'storage',
      name: 'Yard, north',
      address: '',
      outline: { type: 'MultiPolygon', coordinates: [[ring.slice(0, 3)]] },
    },
    { row: 3, kind: 'delivery', name: 'Gate', address: '', position: { type: 'Point', coordinates: [7.5, 47.5] } },
  ]);
  const german = 'Bezeichnung;Breite;Länge;Radius\nLager Zürich;47,3769;8,5417;150 m\nX;a;b;-1\n';
  const bytes = Uint8Array.from(german, (letter) => letter.charCodeAt(0));
  const { locations, problems } = readLocationFile(bytes, { kind: 'storage', axes: 'longitude-first' });
  expect(locations).toEqual([
    {
      row: 2,
      kind: 'storage',
      name: 'Lager Zürich',
      address: '',
      geofenceRadiusM: 150,
      position: { type: 'Point', coordinates: [8.5417, 47.3769] },
    },
  ]);
  expect(problems.map(({ row, column }) => `${row} ${column}`)).toEqual(['3 radius', '3 shape']);
});

test('swapped axes are told, and read the other way when asked', () => {
  const text = 'name,wkt\nSuva,"POLYGON((-18 178,-18 179,-17 179))"\n';
  expect(read(text)).toMatchObject({ locations: [], isSwapped: true });
  expect(read(text, 'latitude-first').locations[0]?.outline).toMatchObject({ coordinates: [[[[178, -18], [179, -18], [179, -17]]]] }); // biome-ignore format: as short as it is
});

test.each([
  ['', /no column “name”/],
  ['{"type":"FeatureCollection","features":[', /incomplete/],
  ['{"type":"Topology"}', /not a GeoJSON FeatureCollection/],
  ['{"type":"FeatureCollection","features":[]}', /no location/],
  ['name,city\nA,B\n', /no column “wkt”/],
  ['name,wkt\n"A,B\n', /can’t be read/],
  [`name,wkt\n${'A,POINT(7 47)\n'.repeat(5_001)}`, /5001 locations/],
])('a file that is none is refused in words', (text, why) => {
  expect(read(text).problems[0]?.message).toMatch(why);
});
