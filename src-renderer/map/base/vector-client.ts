import type { Square } from '../../../src-shared/domain/map/bundled-map.ts';
import type { MapColors } from './draw-tile.ts';
import type { Box, View } from './place-names.ts';
import type { WorkerAnswer, WorkerRequest } from './vector-worker.ts';

interface Waiting {
  resolve: (answer: WorkerAnswer) => void;
  reject: (error: Error) => void;
}

let worker: Worker | null = null;
let lastId = 0;
const waiting = new Map<number, Waiting>();

/** The one worker of all maps, started with the first; it keeps what it has loaded, so that no screen parses it. */
function start(): Worker {
  if (worker) return worker;
  worker = new Worker(new URL('./vector-worker.ts', import.meta.url), { type: 'module' });
  worker.onmessage = ({ data }: MessageEvent<WorkerAnswer>) => {
    const request = waiting.get(data.id);
    waiting.delete(data.id);
    if ('error' in data) request?.reject(new Error(data.error));
    else request?.resolve(data);
  };
  worker.onerror = (event) => {
    for (const { reject } of waiting.values()) reject(new Error(event.message || 'The map could not be drawn'));
    waiting.clear();
  };
  return worker;
}

function ask(make: (id: number) => WorkerRequest): { id: number; answer: Promise<WorkerAnswer> } {
  lastId += 1;
  const id = lastId;
  const answer = new Promise<WorkerAnswer>((resolve, reject) => waiting.set(id, { resolve, reject }));
  start().postMessage(make(id));
  return { id, answer };
}

/**
 * Draws a tile: at once from what is loaded, and again when finer data has come.
 * @param draw called once or twice; `final` when it won't be drawn better
 * @returns done when it was drawn; `cancel` when it has scrolled away before that
 */
export function requestTile(
  { tile, named }: { tile: Square; named: boolean },
  ratio: number,
  colors: MapColors,
  draw: (bitmap: ImageBitmap, final: boolean) => void,
): { done: Promise<void>; cancel: () => void } {
  let current = 0;
  let cancelled = false;
  const once = async (wait: boolean): Promise<void> => {
    const { id, answer } = ask((id) => ({ kind: 'tile', id, tile, named, ratio, colors, wait }));
    current = id;
    const given = await answer;
    if (cancelled || 'error' in given) return;
    draw(given.bitmap, given.final);
    if (!given.final) void once(true).catch(() => {});
  };
  return {
    done: once(false),
    cancel: () => {
      cancelled = true;
      drop(current);
    },
  };
}

function drop(id: number): void {
  if (waiting.delete(id)) start().postMessage({ kind: 'cancel', id } satisfies WorkerRequest);
}

/** Draws the names of a view beside what is taken. @returns their picture; null where they can't be drawn */
export function requestNames(
  view: View,
  taken: Box[],
  ratio: number,
  colors: MapColors,
): { picture: Promise<ImageBitmap | null>; cancel: () => void } {
  const { id, answer } = ask((id) => ({ kind: 'names', id, view, taken, ratio, colors }));
  return {
    picture: answer.then((given) => ('error' in given ? null : given.bitmap)),
    cancel: () => drop(id),
  };
}
