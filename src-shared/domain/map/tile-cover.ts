/** Degrees; west > east crosses the antimeridian. */
export interface TileBox {
  west: number;
  south: number;
  east: number;
  north: number;
}
/** A tile of Web Mercator as addresses name it: y counts from the north. */
export interface TileAt {
  z: number;
  x: number;
  y: number;
}

/** Web Mercator ends there (EPSG:3857). */
const MOST_LATITUDE = 85.0511;
const clamp = (value: number, least: number, most: number) => Math.min(most, Math.max(least, value));
const wrapped = (longitude: number) => longitude - 360 * Math.floor((longitude + 180) / 360);

const column = (longitude: number, tiles: number) => clamp(Math.floor(((longitude + 180) / 360) * tiles), 0, tiles - 1);
function row(latitude: number, tiles: number): number {
  const sin = Math.sin((clamp(latitude, -MOST_LATITUDE, MOST_LATITUDE) * Math.PI) / 180);
  return clamp(Math.floor((0.5 - Math.log((1 + sin) / (1 - sin)) / (4 * Math.PI)) * tiles), 0, tiles - 1);
}

/** The columns of a box, west to east; two runs where it crosses the antimeridian. */
function columnsOf({ west, east }: TileBox, tiles: number): [from: number, to: number][] {
  if (east - west >= 360) return [[0, tiles - 1]];
  const [w, e] = [column(wrapped(west), tiles), column(east === 180 ? 180 : wrapped(east), tiles)];
  if (west <= east && wrapped(west) <= (east === 180 ? 180 : wrapped(east))) return [[w, e]];
  return w <= e ? [[0, tiles - 1]] : [[w, tiles - 1], [0, e]]; // biome-ignore format: as short as it is
}

/** The tiles of one zoom that some boxes touch, each once, row by row. */
export function* tilesOf(boxes: readonly TileBox[], z: number): Generator<TileAt> {
  const tiles = 2 ** z;
  // By row, the columns as runs that are joined where boxes share them.
  const rows = new Map<number, [from: number, to: number][]>();
  for (const box of boxes)
    for (let y = row(box.north, tiles); y <= row(box.south, tiles); y++) {
      const runs = rows.get(y);
      if (runs) runs.push(...columnsOf(box, tiles));
      else rows.set(y, columnsOf(box, tiles));
    }
  for (const y of [...rows.keys()].sort((a, b) => a - b)) {
    let next = 0;
    for (const [from, to] of rows.get(y)!.sort((a, b) => a[0] - b[0]))
      for (let x = Math.max(from, next); x <= to; x++) {
        yield { z, x, y };
        next = x + 1;
      }
  }
}

/** How many tiles that is, without naming them; `most` ends the count early. */
export function countTiles(boxes: readonly TileBox[], z: number, most = Number.POSITIVE_INFINITY): number {
  const tiles = 2 ** z;
  let area = 0;
  // What one box touches is told without a loop; several may share tiles.
  if (boxes.length === 1) {
    const [box] = boxes as [TileBox];
    const high = row(box.south, tiles) - row(box.north, tiles) + 1;
    return columnsOf(box, tiles).reduce((sum, [from, to]) => sum + (to - from + 1), 0) * high;
  }
  for (const _ of tilesOf(boxes, z)) if (++area >= most) break;
  return area;
}

/** A box around a place, so many metres to each side. */
export function boxAround(longitude: number, latitude: number, metres: number): TileBox {
  const high = metres / 110_567;
  const wide = high / Math.max(0.01, Math.cos((Math.min(89, Math.abs(latitude) + high) * Math.PI) / 180));
  if (wide >= 180) return { west: -180, east: 180, south: latitude - high, north: latitude + high };
  return {
    west: wrapped(longitude - wide),
    east: wrapped(longitude + wide),
    south: latitude - high,
    north: latitude + high,
  };
}
