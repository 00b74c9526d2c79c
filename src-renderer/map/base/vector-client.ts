import type { MapColors, TileAddress } from './draw-tile.ts';
import type { WorkerAnswer, WorkerRequest } from './vector-worker.ts';

interface Waiting {
  resolve: (answer: WorkerAnswer) => void;
  reject: (error: Error) => void;
}

let worker: Worker | null = null;
let lastId = 0;
const waiting = new Map<number, Waiting>();

/** The one worker of all maps, started with the first; it keeps the countries, so that no screen parses them. */
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
  tile: TileAddress,
  ratio: number,
  colors: MapColors,
  draw: (bitmap: ImageBitmap, final: boolean) => void,
): { done: Promise<void>; cancel: () => void } {
  let current = 0;
  let cancelled = false;
  const once = async (wait: boolean): Promise<void> => {
    const { id, answer } = ask((id) => ({ kind: 'tile', id, tile, ratio, colors, wait }));
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
      if (waiting.delete(current)) start().postMessage({ kind: 'cancel', id: current } satisfies WorkerRequest);
    },
  };
}
