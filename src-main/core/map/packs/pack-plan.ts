import { MOST_PACK_TILES } from '../../../../src-shared/contract/map-packs.ts';
import { isPublicOsm, type MapSettings } from '../../../../src-shared/contract/map-settings.ts';
import { countTiles, type TileBox } from '../../../../src-shared/domain/map/tile-cover.ts';
import type { PackSource } from './map-packs.ts';
import type { PackFile } from './pack-file-store.ts';

/** Usual bytes of a tile, where none of the map is here yet: whole countries are dense, streets less so. */
const usualBytes = (zoom: number) => (zoom < 6 ? 60_000 : 25_000);
/** Tiles a second: as many as is polite to a tile server, and as a file on a usual network gives. */
const RATES = { 'tile-server': 8, pmtiles: 12 };

/** Where the tiles of a pack come from by the settings, or why they come from nowhere. */
export function sourceOf(settings: MapSettings): { source: PackSource } | { problem: string } {
  const { baseMap, tileUrl, pmtilesUrl, attribution, maxZoom } = settings;
  if (baseMap === 'pmtiles-address' && pmtilesUrl !== null)
    return {
      source: { spec: { kind: 'pmtiles', url: pmtilesUrl, attribution }, name: pmtilesUrl, host: hostOf(pmtilesUrl) },
    };
  if (baseMap === 'pmtiles')
    return { problem: 'The base map is a file on this console. It is there without a network already.' };
  if (baseMap !== 'tile-server' || tileUrl === null)
    return {
      problem:
        'The bundled map has no streets to download. An administrator can choose a PMTiles address or a tile server under Settings, Base map.',
    };
  if (isPublicOsm(tileUrl))
    return {
      problem:
        'The public tiles of OpenStreetMap may not be downloaded in bulk. An administrator can choose a PMTiles address, or a server that allows it.',
    };
  if (!settings.mayTakeAreas)
    return {
      problem:
        'This tile server is not marked as allowing downloads. An administrator can change that under Settings, Base map.',
    };
  const spec = { kind: 'tile-server' as const, url: tileUrl, maxZoom, attribution };
  return { source: { spec, name: tileUrl, host: hostOf(tileUrl) } };
}

const hostOf = (url: string) => new URL(url.replaceAll(/[{}]/g, '')).host;

export interface PackPlan {
  zooms: { zoom: number; tiles: number; bytes: number }[];
  total: number;
  seconds: number;
  problem: string | null;
}

/** How many tiles it takes, zoom by zoom, and how large and long that is. */
export function planOf(
  boxes: readonly TileBox[],
  maxZoom: number,
  source: PackSource | null,
  file: PackFile | null,
): PackPlan {
  const zooms: PackPlan['zooms'] = [];
  const deepest = source?.spec.kind === 'tile-server' ? Math.min(maxZoom, source.spec.maxZoom) : maxZoom;
  let total = 0;
  for (let zoom = 0; zoom <= deepest && total <= MOST_PACK_TILES; zoom++) {
    const tiles = countTiles(boxes, zoom, MOST_PACK_TILES + 1);
    const mean = (source && file?.meanBytes(source.name, zoom)) ?? usualBytes(zoom);
    zooms.push({ zoom, tiles, bytes: Math.round(tiles * mean) });
    total += tiles;
  }
  const problem =
    boxes.length === 0
      ? 'There is nothing on the map to download: no fence and no tracker with a position.'
      : total > MOST_PACK_TILES
        ? `This is more than ${MOST_PACK_TILES.toLocaleString('en')} tiles. Choose a smaller area, or fewer zooms.`
        : null;
  return { zooms, total, seconds: Math.ceil(total / RATES[source?.spec.kind ?? 'pmtiles']), problem };
}
