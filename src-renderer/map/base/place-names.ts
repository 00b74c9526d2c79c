import type { Rectangle } from '../../../src-shared/domain/map/clip.ts';
import type { Place, PlacedName, Shapes } from './bundled-files.ts';

export type NameKind = 'country' | 'place' | 'province';
/** A name on the view: where its middle stands, and its point, unless a marker lies on that. Pixels. */
export interface NameAt {
  kind: NameKind;
  text: string;
  x: number;
  y: number;
  dot: { x: number; y: number } | null;
}
export interface Box {
  left: number;
  top: number;
  right: number;
  bottom: number;
}
/** A part of the world at a whole zoom: the pixels of the world that its corner lies at, and its size. */
export interface View {
  left: number;
  top: number;
  width: number;
  height: number;
  z: number;
}

const TILE = 256;
export const NAMES_FROM_ZOOM = 3;
const COUNTRIES_TO_ZOOM = 5;
/** A country that is narrower on the map has no room for a name. Pixels. */
const COUNTRY_ROOM = 70;
/** How many zooms after its first a province is named: nearer, one looks at a part of it. */
const PROVINCE_ZOOMS = 3;
/** People that a place needs to be named at a zoom; from the last one on each is. */
const LEAST_PEOPLE: Record<number, number> = {
  3: 12_000_000,
  4: 3_000_000,
  5: 1_000_000,
  6: 400_000,
  7: 150_000,
  8: 50_000,
  9: 15_000,
  10: 4_000,
  11: 1_000,
};
const DOT = 3;
const GAP = 1;
export const NAME_HEIGHT = 13;

/**
 * The names that have room, the important ones first. None lies on another or under a marker: the name of a place whose
 * point a marker covers stands beside the marker.
 * @param places in the order of their size
 * @param taken boxes of markers in pixels of the view
 */
export function placeNames(
  view: View,
  shapes: readonly Shapes[],
  places: readonly Place[][],
  taken: readonly Box[],
  widthOf: (text: string, kind: NameKind) => number,
): NameAt[] {
  const boxes = new Boxes(taken);
  const named: NameAt[] = [];
  const put = (kind: NameKind, text: string, x: number, y: number, dot: NameAt['dot'] = null): boolean => {
    const half = widthOf(text, kind) / 2;
    const box = { left: x - half, right: x + half, top: y - NAME_HEIGHT / 2, bottom: y + NAME_HEIGHT / 2 };
    if (boxes.meets(box)) return false;
    boxes.add(box);
    named.push({ kind, text, x, y, dot });
    return true;
  };
  const scale = TILE * 2 ** view.z;
  if (view.z <= COUNTRIES_TO_ZOOM)
    for (const country of shapes.flatMap(({ countryNames }) => countryNames)) {
      const text = country.name.toUpperCase();
      if (country.width * scale < Math.max(COUNTRY_ROOM, text.length * 7)) continue;
      for (const { x, y } of copies(country, view)) put('country', text, x, y);
    }
  for (const place of merged(places, LEAST_PEOPLE[view.z] ?? 0))
    for (const { x, y } of copies(place, view)) {
      const dot = { left: x - DOT, right: x + DOT, top: y - DOT, bottom: y + DOT };
      const over = taken.filter((box) => meet(box, dot));
      // A point without a marker must not lie on another name.
      if (over.length === 0 && boxes.meets(dot)) continue;
      const around = over.reduce(union, dot);
      const half = widthOf(place.name, 'place') / 2;
      const [middle, above] = [(around.left + around.right) / 2, around.top - NAME_HEIGHT / 2 - GAP];
      const spots: [number, number][] = [
        [middle, above],
        [middle, around.bottom + NAME_HEIGHT / 2 + GAP],
        [around.right + half + GAP, y],
        [around.left - half - GAP, y],
      ];
      const shown = over.length === 0 ? { x, y } : null;
      if (spots.some(([atX, atY]) => put('place', place.name, atX, atY, shown)) && shown) boxes.add(dot);
    }
  for (const province of shapes.flatMap(({ provinceNames }) => provinceNames)) {
    if (view.z < province.zoom || view.z > province.zoom + PROVINCE_ZOOMS) continue;
    for (const { x, y } of copies(province, view)) {
      // Berlin, Hamburg: the city says it.
      if (named.some(({ text, kind }) => kind === 'place' && text === province.name)) continue;
      put('province', province.name, x, y);
    }
  }
  return named;
}

/** Where a name lies on the view; more than once where the view is wider than the world. */
function copies({ x, y }: PlacedName, { left, top, width, height, z }: View): { x: number; y: number }[] {
  const world = TILE * 2 ** z;
  const [atX, atY] = [x * world - left, y * world - top];
  if (atY < -NAME_HEIGHT || atY > height + NAME_HEIGHT) return [];
  const found: { x: number; y: number }[] = [];
  // From a little beyond the left edge, since names of points there reach into the view.
  for (let at = atX - world * Math.floor((atX + REACH) / world); at <= width + REACH; at += world)
    found.push({ x: at, y: atY });
  return found;
}
/** Pixels from which a name may reach into the view. */
const REACH = 80;

/** The large enough places of several files as one list, the largest first. */
function merged(files: readonly Place[][], least: number): Place[] {
  const found = files.flatMap((places) => {
    const end = places.findIndex(({ people }) => people < least);
    return end === -1 ? places : places.slice(0, end);
  });
  return files.length > 1 ? found.sort((a, b) => b.people - a.people) : found;
}

const meet = (a: Box, b: Box) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
const union = (a: Box, b: Box): Box => ({
  left: Math.min(a.left, b.left),
  top: Math.min(a.top, b.top),
  right: Math.max(a.right, b.right),
  bottom: Math.max(a.bottom, b.bottom),
});

const CELL = 128;
/** Boxes by the squares that they touch, so that each new one meets only its neighbours. */
class Boxes {
  readonly #cells = new Map<number, Box[]>();

  constructor(boxes: readonly Box[]) {
    for (const box of boxes) this.add(box);
  }

  add(box: Box): void {
    for (const cell of cellsOf(box)) {
      const there = this.#cells.get(cell);
      if (there) there.push(box);
      else this.#cells.set(cell, [box]);
    }
  }

  meets(box: Box): boolean {
    for (const cell of cellsOf(box)) if (this.#cells.get(cell)?.some((each) => meet(each, box))) return true;
    return false;
  }
}
function* cellsOf({ left, top, right, bottom }: Box): Generator<number> {
  for (let x = Math.floor(left / CELL); x <= Math.floor(right / CELL); x++)
    for (let y = Math.floor(top / CELL); y <= Math.floor(bottom / CELL); y++) yield x * 4096 + y;
}

/** The part of the world square that a view shows, with what reaches into it. */
export function boxOf({ left, top, width, height, z }: View): Rectangle {
  const world = TILE * 2 ** z;
  return {
    west: (left - REACH) / world,
    east: (left + width + REACH) / world,
    north: Math.max(0, top / world),
    south: Math.min(1 - 1e-9, (top + height) / world),
  };
}
