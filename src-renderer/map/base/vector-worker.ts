import type { Square } from '../../../src-shared/domain/map/bundled-map.ts';
import { isLoaded, loadedWorld, loadPlaces, loadShapes, type Shapes } from './bundled-files.ts';
import { drawPlaceNames } from './draw-place-names.ts';
import { drawTile, type MapColors, TILE } from './draw-tile.ts';
import { loadLabelFont } from './label-font.ts';
import { type Box, boxOf, NAMES_FROM_ZOOM, type View } from './place-names.ts';

/** What the map asks of the worker; every request but `cancel` is answered with its id. */
export type WorkerRequest = TileRequest | NamesRequest | { kind: 'cancel'; id: number };
interface TileRequest {
  kind: 'tile';
  id: number;
  tile: Square;
  /** Whether its names are written into it, for want of a layer of their own. */
  named: boolean;
  ratio: number;
  colors: MapColors;
  /** Without it the tile is drawn from what is loaded already; `final` says whether that was all. */
  wait: boolean;
}
interface NamesRequest {
  kind: 'names';
  id: number;
  view: View;
  taken: Box[];
  ratio: number;
  colors: MapColors;
}
export type WorkerAnswer = { id: number; bitmap: ImageBitmap; final: boolean } | { id: number; error: string };

const cancelled = new Set<number>();

self.onmessage = ({ data }: MessageEvent<WorkerRequest>) => {
  if (data.kind === 'cancel') {
    cancelled.add(data.id);
    return;
  }
  const drawn = data.kind === 'tile' ? tile(data) : names(data);
  drawn.catch((error: Error) => post({ id: data.id, error: error.message }));
};

async function tile({ id, tile, named, ratio, colors, wait }: TileRequest): Promise<void> {
  const view = { left: tile.x * TILE, top: tile.y * TILE, width: TILE, height: TILE, z: tile.z };
  const { shapes, final } = await shapesOf(tile, wait);
  const draw = async (context: OffscreenCanvasRenderingContext2D) => {
    drawTile(context, tile, shapes, colors);
    if (named && final) await writeNames(context, view, [], colors);
  };
  await answer(id, view, ratio, draw, final);
}

/** The shapes of a tile; those of the whole world while finer ones are not there, or can't be loaded. */
async function shapesOf({ x, y, z }: Square, wait: boolean): Promise<{ shapes: Shapes; final: boolean }> {
  const at = (value: number) => (value + 0.5) / 2 ** z;
  const middle = { west: at(x), east: at(x), north: at(y), south: at(y) };
  const world = loadedWorld();
  if (!wait && world && !isLoaded(middle, z)) return { shapes: world, final: false };
  const loaded = loadShapes(middle, z);
  const [shapes = NOTHING] = world ? await loaded.catch(() => [world]) : await loaded;
  return { shapes, final: true };
}
/** The middle of an ocean. */
const NOTHING: Shapes = { land: [], lakes: [], rivers: [], provinces: [], countryNames: [], provinceNames: [] };

async function names({ id, view, taken, ratio, colors }: NamesRequest): Promise<void> {
  await answer(id, view, ratio, (context) => writeNames(context, view, taken, colors), true);
}

async function writeNames(
  context: OffscreenCanvasRenderingContext2D,
  view: View,
  taken: Box[],
  colors: MapColors,
): Promise<void> {
  if (view.z < NAMES_FROM_ZOOM) return;
  const box = boxOf(view);
  // A map without names is better than none; the next view tries again.
  const none = () => [];
  const [shapes, places] = await Promise.all([
    loadShapes(box, view.z).catch(none),
    loadPlaces(box, view.z).catch(none),
    loadLabelFont(),
  ]);
  drawPlaceNames(context, view, { shapes, places, taken }, colors);
}

async function answer(
  id: number,
  { width, height }: { width: number; height: number },
  ratio: number,
  draw: (context: OffscreenCanvasRenderingContext2D) => void | Promise<void>,
  final: boolean,
): Promise<void> {
  // One turn of the event loop, so that a cancel sent after the request is heard before the work is done.
  await new Promise((resolve) => setTimeout(resolve));
  if (cancelled.delete(id)) return;
  const canvas = new OffscreenCanvas(width * ratio, height * ratio);
  const context = canvas.getContext('2d');
  if (!context) throw new Error('No canvas to draw the map on');
  context.scale(ratio, ratio);
  await draw(context);
  const bitmap = canvas.transferToImageBitmap();
  post({ id, bitmap, final }, [bitmap]);
}

function post(message: WorkerAnswer, transfer: Transferable[] = []): void {
  (self as unknown as { postMessage(message: WorkerAnswer, transfer: Transferable[]): void }).postMessage(
    message,
    transfer,
  );
}
