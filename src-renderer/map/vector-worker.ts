import { CITIES_FROM_ZOOM, loadCities } from './cities.ts';
import { drawTile, type MapColors, TILE, type TileAddress } from './draw-tile.ts';
import { countryAt, type Detail, loadCountries } from './vector-data.ts';

/** What the map asks of the worker; every request but `cancel` is answered with its id. */
export type WorkerRequest =
  | { kind: 'tile'; id: number; tile: TileAddress; ratio: number; colors: MapColors }
  | { kind: 'countries'; id: number; points: [number, number][] }
  | { kind: 'cancel'; id: number };
export type WorkerAnswer =
  | { id: number; bitmap: ImageBitmap }
  | { id: number; names: (string | null)[] }
  | { id: number; error: string };

/** From this zoom on the coastlines of the coarse data look angular. */
const FINE_FROM_ZOOM = 6;
const cancelled = new Set<number>();

self.onmessage = ({ data }: MessageEvent<WorkerRequest>) => {
  if (data.kind === 'cancel') {
    cancelled.add(data.id);
    return;
  }
  answer(data).catch((error: Error) => post({ id: data.id, error: error.message }));
};

async function answer(request: Exclude<WorkerRequest, { kind: 'cancel' }>): Promise<void> {
  if (request.kind === 'countries') {
    const countries = await loadCountries('coarse');
    post({
      id: request.id,
      names: request.points.map(([longitude, latitude]) => countryAt(countries, longitude, latitude)),
    });
    return;
  }
  const detail: Detail = request.tile.z >= FINE_FROM_ZOOM ? 'fine' : 'coarse';
  const [countries, cities] = await Promise.all([
    loadCountries(detail),
    // A map without names is better than none.
    request.tile.z >= CITIES_FROM_ZOOM ? loadCities().catch(() => []) : [],
  ]);
  // One turn of the event loop, so that a cancel sent after the request is heard before the work is done.
  await new Promise((resolve) => setTimeout(resolve));
  if (cancelled.delete(request.id)) return;
  const canvas = new OffscreenCanvas(TILE * request.ratio, TILE * request.ratio);
  const context = canvas.getContext('2d');
  if (!context) throw new Error('No canvas to draw the map on');
  drawTile(context, request.tile, request.ratio, countries, cities, request.colors);
  const bitmap = canvas.transferToImageBitmap();
  post({ id: request.id, bitmap }, [bitmap]);
}

function post(message: WorkerAnswer, transfer: Transferable[] = []): void {
  (self as unknown as { postMessage(message: WorkerAnswer, transfer: Transferable[]): void }).postMessage(
    message,
    transfer,
  );
}
