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
      url: string;
      tile: { x: number; y: number; z: number };
      ratio: number;
      colors: TileColors;
    }
  | { kind: 'cancel'; id: number };
export type TileFileAnswer = { id: number; bitmap: ImageBitmap | null } | { id: number; error: string };

const TILE = 256;
const files = new Map<string, PMTiles>();
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

/** Reads a tile, or the part of the deepest one above it that the file has, and draws it. */
async function draw(
  { url, tile, ratio, colors }: Extract<TileFileRequest, { kind: 'tile' }>,
  signal: AbortSignal,
): Promise<ImageBitmap | null> {
  const file = files.get(url) ?? new PMTiles(url);
  files.set(url, file);
  const { tileType, maxZoom, minZoom } = await file.getHeader();
  if (tile.z < minZoom) return null;
  const above = Math.max(0, tile.z - maxZoom);
  const parts = 2 ** above;
  const found = await file.getZxy(tile.z - above, Math.floor(tile.x / parts), Math.floor(tile.y / parts), signal);
  if (!found) return null;
  const side = TILE * ratio;
  const part = { column: tile.x % parts, row: tile.y % parts, parts };
  const canvas = new OffscreenCanvas(side, side);
  const context = canvas.getContext('2d');
  if (!context) throw new Error('No canvas to draw the map on');
  if (tileType === TileType.Mvt) {
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

function post(message: TileFileAnswer, transfer: Transferable[] = []): void {
  (self as unknown as { postMessage(message: TileFileAnswer, transfer: Transferable[]): void }).postMessage(
    message,
    transfer,
  );
}
