/// <reference types="vite/client" />
import { feature } from 'topojson-client';
import type { GeometryCollection, Topology } from 'topojson-specification';
import fineUrl from 'world-atlas/countries-10m.json?url';
import coarseUrl from 'world-atlas/countries-50m.json?url';
import { toUnit } from './unit.ts';

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
    const own = polygons.flat().map(toRing);
    const rings = own.flatMap(withCopies);
    const largest = own.reduce((best, ring) => (area(ring) > area(best) ? ring : best), own[0]!);
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

/**
 * A ring in the unit square. Rings that cross the antimeridian are continued past it, and one that goes around a pole
 * (Antarctica) is closed along the edge of the map.
 */
function toRing(positions: number[][]): Ring {
  const xy: number[] = [];
  let turn = 0;
  let before: number | null = null;
  for (const [longitude, latitude] of positions) {
    const { x, y } = toUnit(longitude!, latitude!);
    if (before !== null && x - before > 0.5) turn -= 1;
    else if (before !== null && x - before < -0.5) turn += 1;
    before = x;
    xy.push(x + turn, y);
  }
  if (turn !== 0) {
    const edge = xy[1]! > 0.5 ? 1 : 0;
    xy.push(xy.at(-2)!, edge, xy[0]!, edge);
  }
  return boxed(Float64Array.from(xy));
}

function boxed(xy: Float64Array): Ring {
  const box = { west: Infinity, north: Infinity, east: -Infinity, south: -Infinity };
  for (let index = 0; index < xy.length; index += 2) {
    box.west = Math.min(box.west, xy[index]!);
    box.east = Math.max(box.east, xy[index]!);
    box.north = Math.min(box.north, xy[index + 1]!);
    box.south = Math.max(box.south, xy[index + 1]!);
  }
  return { xy, ...box };
}

/** A ring, and where it leaves the square the copy of it that comes in at the other side. */
function withCopies(ring: Ring): Ring[] {
  const copies = [ring];
  for (const by of [-1, 1])
    if (ring.west + by < 1 && ring.east + by > 0)
      copies.push(boxed(ring.xy.map((value, i) => (i % 2 ? value : value + by))));
  return copies;
}
