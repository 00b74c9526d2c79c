import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type BundledPlaces,
  type BundledShapes,
  FINE_FROM_ZOOM,
  LARGE_PLACE,
  PLACES_CUT,
  SHAPES_CUT,
  type Square,
  toDifferences,
  toStep,
  WORLD,
} from '../../../src-shared/domain/map/bundled-map.ts';
import { clipRing } from '../../../src-shared/domain/map/clip.ts';
import { cutShort, partsInside } from './lines.ts';
import { area, meets, type Ring } from './rings.ts';
import { type Country, countries, type Place, type Provinces, places, provinces, waters } from './sources.ts';

/** Part of a tile that its shapes reach beyond it, so that cuts lie out of sight: four pixels where tiles begin. */
const MARGIN = 4 / (256 * 2 ** (FINE_FROM_ZOOM - SHAPES_CUT));
/** Of the world: what a line may be off where the whole world is drawn, a third of a pixel at its nearest zoom. */
const COARSE = 1 / (3 * 256 * 2 ** (FINE_FROM_ZOOM - 1));

/** What the map is made of. */
export interface Sources {
  /** By how fine they are. */
  countries: (scale: '50m' | '10m') => Country[];
  waters: () => { lakes: Ring[]; rivers: Ring[] };
  provinces: () => Provinces;
  /** The largest first. */
  places: () => Place[];
}

/** The bundled map as files by name: what every visit needs, and the rest by tile, so that each loads what it shows. */
export function* bundledMap(from: Sources): Generator<[name: string, file: BundledShapes | BundledPlaces]> {
  const { lakes, rivers } = from.waters();
  const { lines, names } = from.provinces();
  yield [
    'shapes',
    {
      land: from.countries('50m').map(({ name, own, rings }) => ({
        name,
        label: labelOf(own),
        rings: rings.map(({ xy }) => toDifferences(xy, WORLD)),
      })),
      lakes: lakes.map(({ xy }) => toDifferences(xy, WORLD)),
      rivers: rivers.map(({ xy }) => toDifferences(xy, WORLD)),
      provinces: byZoom(
        lines.filter(({ zoom }) => zoom < FINE_FROM_ZOOM),
        ({ xy }) => [toDifferences(shorter(xy), WORLD)],
      ),
      provinceNames: names.filter(({ zoom }) => zoom < FINE_FROM_ZOOM).map((name) => placed(name, WORLD)),
    },
  ];
  const all = from.places();
  yield [
    'places',
    columns(
      all.slice(
        0,
        all.findIndex(({ people }) => people < LARGE_PLACE),
      ),
      WORLD,
    ),
  ];
  for (const [{ x, y, z }, here] of bySquare(all, PLACES_CUT)) yield [`places-${x}-${y}`, columns(here, { x, y, z })];
  const fine = from.countries('10m');
  const namesOf = new Map(bySquare(names, SHAPES_CUT).map(([{ x, y }, here]) => [`${x}-${y}`, here]));
  for (let x = 0; x < 2 ** SHAPES_CUT; x++)
    for (let y = 0; y < 2 ** SHAPES_CUT; y++) {
      const square = { x, y, z: SHAPES_CUT };
      const box = boxOf(square);
      const land = landIn(fine, box, square);
      if (land.length === 0) continue;
      const inside = ({ xy }: Ring) => partsInside(Array.from(xy), box).map((part) => toDifferences(part, square));
      yield [
        `shapes-${x}-${y}`,
        {
          land,
          lakes: lakes.filter((lake) => meets(lake, box)).map(({ xy }) => toDifferences(clipRing(xy, box), square)),
          rivers: rivers.filter((river) => meets(river, box)).flatMap(inside),
          provinces: byZoom(
            lines.filter(({ line }) => meets(line, box)),
            inside,
          ),
          provinceNames: (namesOf.get(`${x}-${y}`) ?? []).map((name) => placed(name, square)),
        },
      ];
    }
}

/** What lies at a point, by the tile of a zoom that it is in. */
function bySquare<T extends { x: number; y: number }>(all: readonly T[], z: number): [Square, T[]][] {
  const column = (value: number) => Math.min(2 ** z - 1, Math.max(0, Math.floor(value * 2 ** z)));
  return [...Map.groupBy(all, ({ x, y }) => `${column(x)}-${column(y)}`)].map(([key, here]) => {
    const [x, y] = key.split('-').map(Number) as [number, number];
    return [{ x, y, z }, here];
  });
}

function boxOf({ x, y, z }: Square) {
  const side = 1 / 2 ** z;
  return {
    west: (x - MARGIN) * side,
    north: (y - MARGIN) * side,
    east: (x + 1 + MARGIN) * side,
    south: (y + 1 + MARGIN) * side,
  };
}

function landIn(all: Country[], box: Omit<Ring, 'xy'>, square: Square): BundledShapes['land'] {
  return all.flatMap(({ rings }) => {
    const cut = rings
      .filter((ring) => meets(ring, box))
      .map(({ xy }) => toDifferences(clipRing(xy, box), square))
      .filter(({ length }) => length > 4);
    return cut.length === 0 ? [] : [{ rings: cut }];
  });
}

/** The middle of the largest part. */
function labelOf(own: Ring[]) {
  const largest = own.reduce((best, ring) => (area(ring) > area(best) ? ring : best), own[0]!);
  return {
    ...placed({ x: (largest.west + largest.east) / 2, y: (largest.north + largest.south) / 2 }, WORLD),
    width: toStep(largest.east - largest.west, WORLD, 'x'),
  };
}

const placed = <T extends { x: number; y: number }>(what: T, square: Square): T => ({
  ...what,
  x: toStep(what.x, square, 'x'),
  y: toStep(what.y, square, 'y'),
});

function shorter(xy: ArrayLike<number>): number[] {
  const line = Array.from({ length: xy.length / 2 }, (_, index) => [xy[2 * index]!, xy[2 * index + 1]!]);
  return cutShort(line, COARSE).flat();
}

function byZoom(
  lines: readonly { zoom: number; line: Ring }[],
  cut: (line: Ring) => number[][],
): BundledShapes['provinces'] {
  return [...Map.groupBy(lines, ({ zoom }) => zoom)]
    .map(([zoom, all]) => ({ zoom, lines: all.flatMap(({ line }) => cut(line)) }))
    .filter((each) => each.lines.length > 0)
    .sort((a, b) => a.zoom - b.zoom);
}

function columns(all: readonly Place[], square: Square): BundledPlaces {
  const found = all.map((place) => placed(place, square));
  return {
    names: found.map(({ name }) => name),
    people: found.map(({ people }) => people),
    x: found.map(({ x }) => x),
    y: found.map(({ y }) => y),
  };
}

/** Writes the files of the bundled map to out/map/, unless what is there was made of the same. It takes ten seconds. */
export async function buildMap(root: string): Promise<void> {
  const [made, target] = [join(root, 'out', 'map.new'), join(root, 'out', 'map')];
  const stamp = join(root, 'out', 'map-stamp');
  const wanted = await madeOf(root);
  if (existsSync(target) && (await readFile(stamp, 'utf8').catch(() => '')) === wanted) return;
  await rm(made, { recursive: true, force: true });
  await mkdir(made, { recursive: true });
  for (const [name, file] of bundledMap({ countries, waters, provinces, places }))
    await writeFile(join(made, `${name}.json`), JSON.stringify(file));
  await rm(target, { recursive: true, force: true });
  await rename(made, target);
  await writeFile(stamp, wanted);
}

async function madeOf(root: string): Promise<string> {
  const hash = createHash('sha256').update(await readFile(join(root, 'package-lock.json')));
  for (const folder of [join(root, 'tools', 'build', 'map'), join(root, 'src-shared', 'domain', 'map')])
    for (const name of (await readdir(folder)).sort()) hash.update(await readFile(join(folder, name)));
  return hash.digest('hex');
}
