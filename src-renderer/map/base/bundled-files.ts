/// <reference types="vite/client" />
import {
  type BundledPlaces,
  type BundledShapes,
  FINE_FROM_ZOOM,
  fromDifferences,
  fromStep,
  PLACES_CUT,
  PLACES_FROM_ZOOM,
  SHAPES_CUT,
  type Square,
  WORLD,
} from '../../../src-shared/domain/map/bundled-map.ts';
import { boxed, type Rectangle } from '../../../src-shared/domain/map/clip.ts';

/** A ring or line in the world square of Web Mercator, x and y in turn, with the box around it. */
export interface Line extends Rectangle {
  xy: Float64Array;
}
/** A name at a point of the world square. */
export interface PlacedName {
  name: string;
  x: number;
  y: number;
}
export interface Shapes {
  land: Line[][];
  lakes: Line[];
  rivers: Line[];
  provinces: { zoom: number; lines: Line[] }[];
  countryNames: (PlacedName & { width: number })[];
  provinceNames: (PlacedName & { zoom: number })[];
}
/** A place of GeoNames. */
export interface Place extends PlacedName {
  people: number;
}

// Written by the build; see tools/build/map.
const urls = import.meta.glob<string>('../../../out/map/*.json', { query: '?url', import: 'default', eager: true });
const pathOf = (name: string) => `../../../out/map/${name}.json`;
const loading = new Map<string, Promise<unknown>>();
const loaded = new Map<string, unknown>();

/** A file of the bundled map, loaded once; null where there is nothing, as in the middle of an ocean. */
function load<File, T>(name: string, read: (file: File) => T): Promise<T | null> {
  const url = urls[pathOf(name)];
  if (url === undefined) return Promise.resolve(null);
  let promise = loading.get(name) as Promise<T> | undefined;
  if (!promise) {
    promise = fetch(url).then(async (response) => {
      if (!response.ok) throw new Error(`The bundled map answered ${response.status}`);
      const made = read((await response.json()) as File);
      loaded.set(name, made);
      return made;
    });
    // A failed load may be tried again by the next tile.
    promise.catch(() => loading.delete(name));
    loading.set(name, promise);
  }
  return promise;
}

/** The files of one kind that a part of the world needs at a zoom; x may go beyond the world square. */
function filesIn(kind: 'shapes' | 'places', box: Rectangle, z: number): { name: string; square: Square }[] {
  const [from, cut] = kind === 'shapes' ? [FINE_FROM_ZOOM, SHAPES_CUT] : [PLACES_FROM_ZOOM, PLACES_CUT];
  if (z < from) return [{ name: kind, square: WORLD }];
  const around = 2 ** cut;
  const files = new Map<string, Square>();
  for (let column = Math.floor(box.west * around); column <= Math.floor(box.east * around); column++)
    for (let y = Math.floor(box.north * around); y <= Math.floor(box.south * around); y++) {
      const x = ((column % around) + around) % around;
      files.set(`${kind}-${x}-${y}`, { x, y, z: cut });
    }
  return [...files].map(([name, square]) => ({ name, square }));
}

/** Whether the shapes of a part of the world are loaded already. */
export const isLoaded = (box: Rectangle, z: number): boolean =>
  filesIn('shapes', box, z).every(({ name }) => loaded.has(name) || !(pathOf(name) in urls));

export const loadShapes = (box: Rectangle, z: number): Promise<Shapes[]> =>
  loadAll('shapes', box, z, (file: BundledShapes, square) => shapesOf(file, square));

/** Places of each file are in the order of their size. */
export const loadPlaces = (box: Rectangle, z: number): Promise<Place[][]> =>
  loadAll('places', box, z, (file: BundledPlaces, square) => placesOf(file, square));

async function loadAll<File, T>(
  kind: 'shapes' | 'places',
  box: Rectangle,
  z: number,
  read: (file: File, square: Square) => T,
): Promise<T[]> {
  const files = filesIn(kind, box, z).map(({ name, square }) => load(name, (file: File) => read(file, square)));
  return (await Promise.all(files)).filter((file) => file !== null) as T[];
}

/** The shapes of the whole world, where they were loaded before: better than nothing while finer ones come. */
export const loadedWorld = (): Shapes | null => (loaded.get('shapes') as Shapes | undefined) ?? null;

function placesOf({ names, people, x, y }: BundledPlaces, square: Square): Place[] {
  return names.map((name, index) => ({
    name,
    people: people[index]!,
    x: fromStep(x[index]!, square, 'x'),
    y: fromStep(y[index]!, square, 'y'),
  }));
}

function shapesOf(file: BundledShapes, square: Square): Shapes {
  const lines = (all: number[][]) => all.map((differences) => boxed(fromDifferences(differences, square)));
  const placed = <T extends { x: number; y: number }>(what: T): T => ({
    ...what,
    x: fromStep(what.x, square, 'x'),
    y: fromStep(what.y, square, 'y'),
  });
  return {
    land: file.land.map(({ rings }) => lines(rings)),
    lakes: lines(file.lakes),
    rivers: lines(file.rivers),
    provinces: file.provinces.map((each) => ({ zoom: each.zoom, lines: lines(each.lines) })),
    countryNames: file.land.flatMap(({ name, label }) =>
      name && label ? [{ name, ...placed(label), width: fromStep(label.width, WORLD, 'x') }] : [],
    ),
    provinceNames: file.provinceNames.map(placed),
  };
}
