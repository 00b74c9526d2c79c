import { VectorTile } from '@mapbox/vector-tile';
import { PbfReader } from 'pbf';
import { PMTiles, TileType } from 'pmtiles';
import { drawVectorTile, type TileColors } from './draw-vector-tile.ts';
import { loadLabelFont } from './label-font.ts';

/** What the layer asks; a tile is answered with its id, a cancelled one not at all. */
export type TileFileRequest =
  | {
      kind: 'tile';
      id: number;
      from: TilesFrom;
      tile: { x: number; y: number; z: number };
      ratio: number;
      colors: TileColors;
    }
  | { kind: 'cancel'; id: number };
export type TileFileAnswer = { id: number; bitmap: ImageBitmap | null } | { id: number; error: string };

/** A PMTiles file, read by parts; or the tiles of this console, one by one. */
export type TilesFrom =
  | { kind: 'pmtiles'; url: string }
  | { kind: 'tiles'; url: string; query: string; maxZoom: number; isVector: boolean };

interface ReadTile {
  found: { data: ArrayBuffer };
  /** How many zooms above the one asked for. */
  above: number;
  isVector: boolean;
}
type ReadAt = (tile: { x: number; y: number; z: number }, signal: AbortSignal) => Promise<ReadTile | null>;

const TILE = 256;
const readers = new Map<string, ReadAt>();
const fetching = new Map<number, AbortController>();

self.onmessage = ({ data }: MessageEvent<TileFileRequest>) => {
  if (data.kind === 'cancel') {
    fetching.get(data.id)?.abort();
    return;
  }
  const controller = new AbortController();
  fetching.set(data.id, controller);
  draw(data, controller.signal)
    .then(
      (bitmap) => post({ id: data.id, bitmap }, bitmap ? [bitmap] : []),
      (error: Error) => controller.signal.aborted || post({ id: data.id, error: error.message }),
    )
    .finally(() => fetching.delete(data.id));
};

const keyOf = (from: TilesFrom) => (from.kind === 'tiles' ? `${from.url}?${from.query}` : from.url);

/** Reads a tile, or the part of the deepest one above it that is there, and draws it. */
async function draw(
  { from, tile, ratio, colors }: Extract<TileFileRequest, { kind: 'tile' }>,
  signal: AbortSignal,
): Promise<ImageBitmap | null> {
  const reader = readers.get(keyOf(from)) ?? (from.kind === 'pmtiles' ? pmtilesReader(from.url) : tilesReader(from));
  readers.set(keyOf(from), reader);
  const read = await reader(tile, signal);
  if (!read) return null;
  const { found, above, isVector } = read;
  const parts = 2 ** above;
  const side = TILE * ratio;
  const part = { column: tile.x % parts, row: tile.y % parts, parts };
  const canvas = new OffscreenCanvas(side, side);
  const context = canvas.getContext('2d');
  if (!context) throw new Error('No canvas to draw the map on');
  if (isVector) {
    await loadLabelFont();
    context.scale(ratio, ratio);
    drawVectorTile(context, new VectorTile(new PbfReader(new Uint8Array(found.data))), tile.z, part, colors);
  } else {
    const image = await createImageBitmap(new Blob([found.data]));
    const width = image.width / parts;
    const height = image.height / parts;
    context.drawImage(image, part.column * width, part.row * height, width, height, 0, 0, side, side);
    image.close();
  }
  return canvas.transferToImageBitmap();
}

function pmtilesReader(url: string): ReadAt {
  const file = new PMTiles(url);
  return async (tile, signal) => {
    const { tileType, maxZoom, minZoom } = await file.getHeader();
    if (tile.z < minZoom) return null;
    const above = Math.max(0, tile.z - maxZoom);
    const found = await file.getZxy(tile.z - above, tile.x >> above, tile.y >> above, signal);
    return found ? { found, above, isVector: tileType === TileType.Mvt } : null;
  };
}

/** So many zooms above a tile are looked at for one to draw larger: beyond, what lies under it shows more. */
const MOST_ABOVE = 1;
const MOST_KEPT = 400;

function tilesReader({ url, query, maxZoom, isVector }: Extract<TilesFrom, { kind: 'tiles' }>): ReadAt {
  const kept = new Map<string, Promise<ArrayBuffer | null>>();
  const read = (z: number, x: number, y: number): Promise<ArrayBuffer | null> => {
    const key = `${z}/${x}/${y}`;
    const known = kept.get(key);
    if (known) return known;
    const wanted = fetchTile(`${url}/${key}?${query}`);
    wanted.catch(() => kept.delete(key));
    kept.set(key, wanted);
    if (kept.size > MOST_KEPT) kept.delete(kept.keys().next().value!);
    return wanted;
  };
  return async ({ z, x, y }) => {
    const first = Math.max(0, z - maxZoom);
    for (let above = first; above <= Math.min(z, first + MOST_ABOVE); above++) {
      const data = await read(z - above, x >> above, y >> above);
      if (data) return { found: { data }, above, isVector };
    }
    return null;
  };
}

async function fetchTile(url: string): Promise<ArrayBuffer | null> {
  const answer = await fetch(url);
  if (!answer.ok) throw new Error(`a tile was answered with ${answer.status}`);
  const data = await answer.arrayBuffer();
  if (data.byteLength === 0) return null;
  const head = new Uint8Array(data, 0, 2);
  if (head[0] !== 0x1f || head[1] !== 0x8b) return data;
  // As MBTiles keeps vector tiles.
  return new Response(new Blob([data]).stream().pipeThrough(new DecompressionStream('gzip'))).arrayBuffer();
}

function post(message: TileFileAnswer, transfer: Transferable[] = []): void {
  (self as unknown as { postMessage(message: TileFileAnswer, transfer: Transferable[]): void }).postMessage(
    message,
    transfer,
  );
}
