import { CITIES_FROM_ZOOM, type City, loadCities } from './cities.ts';
import { drawTile, LABEL_ZOOMS, type MapColors, TILE, type TileAddress } from './draw-tile.ts';
import { loadLabelFont } from './label-font.ts';
import { type Country, loadCountries } from './vector-data.ts';

/** What the map asks of the worker; every request but `cancel` is answered with its id. */
export type WorkerRequest =
  /** Without `wait` the tile is drawn from what is loaded already; `final` says whether that was all. */
  | { kind: 'tile'; id: number; tile: TileAddress; ratio: number; colors: MapColors; wait: boolean }
  | { kind: 'cancel'; id: number };
export type WorkerAnswer = { id: number; bitmap: ImageBitmap; final: boolean } | { id: number; error: string };

/** From this zoom on the coastlines of the coarse data look angular. */
const FINE_FROM_ZOOM = 6;
const cancelled = new Set<number>();
let fine: Country[] | null = null;
let cities: City[] | null = null;
let font = false;

self.onmessage = ({ data }: MessageEvent<WorkerRequest>) => {
  if (data.kind === 'cancel') {
    cancelled.add(data.id);
    return;
  }
  answer(data).catch((error: Error) => post({ id: data.id, error: error.message }));
};

async function answer(request: Exclude<WorkerRequest, { kind: 'cancel' }>): Promise<void> {
  const { z } = request.tile;
  const wantsFine = z >= FINE_FROM_ZOOM;
  const wantsCities = z >= CITIES_FROM_ZOOM;
  const wantsFont = z >= LABEL_ZOOMS.from;
  // A first look at the world loads none of it: it is several megabytes.
  const rest = wantsFine || wantsCities || wantsFont ? loadRest() : null;
  const final = (!wantsFine || fine !== null) && (!wantsCities || cities !== null) && (!wantsFont || font);
  if (!final && request.wait) await rest;
  const countries = wantsFine && fine ? fine : await loadCountries('coarse');
  // One turn of the event loop, so that a cancel sent after the request is heard before the work is done.
  await new Promise((resolve) => setTimeout(resolve));
  if (cancelled.delete(request.id)) return;
  const canvas = new OffscreenCanvas(TILE * request.ratio, TILE * request.ratio);
  const context = canvas.getContext('2d');
  if (!context) throw new Error('No canvas to draw the map on');
  drawTile(context, request.tile, request.ratio, countries, wantsCities ? (cities ?? []) : [], request.colors);
  const bitmap = canvas.transferToImageBitmap();
  post({ id: request.id, bitmap, final: final || request.wait }, [bitmap]);
}

/** What close views need, begun once the whole world can be drawn, so that it does not hold the first view up. */
async function loadRest(): Promise<void> {
  try {
    await loadCountries('coarse');
    [fine, cities] = await Promise.all([loadCountries('fine'), loadCities(), loadLabelFont()]);
    font = true;
  } catch {
    // A coarser map, or one without names, is better than none; the next tile tries again.
  }
}

function post(message: WorkerAnswer, transfer: Transferable[] = []): void {
  (self as unknown as { postMessage(message: WorkerAnswer, transfer: Transferable[]): void }).postMessage(
    message,
    transfer,
  );
}
