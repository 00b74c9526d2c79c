import { feature } from 'topojson-client';
import type { GeometryCollection, Topology } from 'topojson-specification';
import fineUrl from 'world-atlas/countries-10m.json?url';
import coarseUrl from 'world-atlas/countries-50m.json?url';

/** A closed ring in Web Mercator, x and y in 0…1 of the world square, interleaved. */
export interface Ring {
  xy: Float64Array;
  west: number;
  north: number;
  east: number;
  south: number;
}

export interface Country {
  name: string;
  rings: Ring[];
  /** Where the name stands: the middle of the largest ring's box. */
  label: { x: number; y: number; width: number };
}

export type Detail = 'coarse' | 'fine';
const urls: Record<Detail, string> = { coarse: coarseUrl, fine: fineUrl };
const loaded = new Map<Detail, Promise<Country[]>>();

/** Countries of the bundled Natural Earth base map; `coarse` is 1:50 million, `fine` 1:10 million. Loaded once. */
export function loadCountries(detail: Detail): Promise<Country[]> {
  let promise = loaded.get(detail);
  if (!promise) {
    promise = fetchCountries(urls[detail]);
    // A failed load may be tried again by the next tile.
    promise.catch(() => loaded.delete(detail));
    loaded.set(detail, promise);
  }
  return promise;
}

async function fetchCountries(url: string): Promise<Country[]> {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`The base map answered ${response.status}`);
  const topology = (await response.json()) as Topology<{ countries: GeometryCollection<{ name: string }> }>;
  return feature(topology, topology.objects.countries).features.map(({ geometry, properties }) => {
    const polygons =
      geometry.type === 'MultiPolygon'
        ? geometry.coordinates
        : geometry.type === 'Polygon'
          ? [geometry.coordinates]
          : [];
    const rings = polygons.flat().map(toRing);
    const largest = rings.reduce((best, ring) => (area(ring) > area(best) ? ring : best), rings[0]!);
    return {
      name: properties.name,
      rings,
      label: {
        x: (largest.west + largest.east) / 2,
        y: (largest.north + largest.south) / 2,
        width: largest.east - largest.west,
      },
    };
  });
}

const area = (ring: Ring) => (ring.east - ring.west) * (ring.south - ring.north);

function toRing(positions: number[][]): Ring {
  const xy = new Float64Array(positions.length * 2);
  let [west, north, east, south] = [1, 1, 0, 0];
  positions.forEach(([longitude, latitude], index) => {
    const { x, y } = toUnit(longitude!, latitude!);
    xy[2 * index] = x;
    xy[2 * index + 1] = y;
    west = Math.min(west, x);
    east = Math.max(east, x);
    north = Math.min(north, y);
    south = Math.max(south, y);
  });
  return { xy, west, north, east, south };
}

/** Latitude at which the Web Mercator square ends. */
const MAX_LATITUDE = 85.0511287798;

/** Degrees to Web Mercator, as fractions of the world square with the origin in the north-west. */
export function toUnit(longitude: number, latitude: number): { x: number; y: number } {
  const phi = (Math.max(-MAX_LATITUDE, Math.min(MAX_LATITUDE, latitude)) * Math.PI) / 180;
  return { x: longitude / 360 + 0.5, y: 0.5 - Math.log(Math.tan(Math.PI / 4 + phi / 2)) / (2 * Math.PI) };
}
