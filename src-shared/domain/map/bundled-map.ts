/**
 * The files of the bundled map, which the build cuts and the map reads. Positions are whole steps of a grid that lies over
 * the file's own square of Web Mercator, each as the difference to the one before, x and y in turn.
 */
export interface BundledShapes {
  /** Names and label places of countries in the file of the whole world only. */
  land: { name?: string; label?: { x: number; y: number; width: number }; rings: number[][] }[];
  lakes: number[][];
  rivers: number[][];
  /** Borders of provinces by the zoom from which they are drawn. */
  provinces: { zoom: number; lines: number[][] }[];
  provinceNames: { name: string; zoom: number; x: number; y: number }[];
}

/** Places with the most people first, column by column, which packs better than row by row. */
export interface BundledPlaces {
  names: string[];
  people: number[];
  /** Positions, not differences. */
  x: number[];
  y: number[];
}

/** From this zoom on shapes come by tile; before it those of the whole world do. */
export const FINE_FROM_ZOOM = 6;
/** From this zoom on places come by tile; before it the large ones of the whole world do. */
export const PLACES_FROM_ZOOM = 9;
/** People from which a place is among the large ones. */
export const LARGE_PLACE = 50_000;
/** Zooms of the tiles that the files are cut to. */
export const SHAPES_CUT = 4;
export const PLACES_CUT = 5;

/** A square of the world: the whole of it, or a tile. */
export interface Square {
  x: number;
  y: number;
  z: number;
}
export const WORLD: Square = { x: 0, y: 0, z: 0 };
/** Steps along a side: an eighth of a pixel at the last zoom before tiles, 150 m at the equator within one. */
const steps = ({ z }: Square) => (z === 0 ? 65_536 : 16_384);

/** One position of the world square as steps of a file. */
export const toStep = (value: number, square: Square, axis: 'x' | 'y'): number =>
  Math.round((value * 2 ** square.z - square[axis]) * steps(square));
export const fromStep = (step: number, square: Square, axis: 'x' | 'y'): number =>
  (step / steps(square) + square[axis]) / 2 ** square.z;

/** A line or ring as a file holds it; corners that fall on the step of the one before are left out. */
export function toDifferences(xy: ArrayLike<number>, square: Square): number[] {
  const found: number[] = [];
  let [lastX, lastY] = [0, 0];
  for (let index = 0; index < xy.length; index += 2) {
    const [x, y] = [toStep(xy[index]!, square, 'x'), toStep(xy[index + 1]!, square, 'y')];
    if (index > 0 && x === lastX && y === lastY) continue;
    found.push(x - lastX, y - lastY);
    [lastX, lastY] = [x, y];
  }
  return found;
}

/** The corners of such a line or ring in the world square, x and y in turn. */
export function fromDifferences(differences: readonly number[], square: Square): Float64Array {
  const xy = new Float64Array(differences.length);
  let [x, y] = [0, 0];
  for (let index = 0; index < differences.length; index += 2) {
    x += differences[index]!;
    y += differences[index + 1]!;
    xy[index] = fromStep(x, square, 'x');
    xy[index + 1] = fromStep(y, square, 'y');
  }
  return xy;
}
