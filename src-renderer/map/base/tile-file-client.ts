import type { TileColors } from './draw-vector-tile.ts';
import type { TileFileAnswer, TileFileRequest, TilesFrom } from './tile-file-worker.ts';

interface Waiting {
  resolve: (bitmap: ImageBitmap | null) => void;
  reject: (error: Error) => void;
}

/** The worker that reads and draws the tiles of one file; of no use after `close`. */
export class TileFile {
  readonly #worker = new Worker(new URL('./tile-file-worker.ts', import.meta.url), { type: 'module' });
  readonly #waiting = new Map<number, Waiting>();
  readonly #from: TilesFrom;
  #lastId = 0;

  /** @param from its address is absolute: a worker's own address is another one */
  constructor(from: TilesFrom) {
    this.#from = from;
    this.#worker.onmessage = ({ data }: MessageEvent<TileFileAnswer>) => {
      const waiting = this.#waiting.get(data.id);
      this.#waiting.delete(data.id);
      if ('error' in data) waiting?.reject(new Error(data.error));
      else waiting?.resolve(data.bitmap);
    };
    this.#worker.onerror = (event) => {
      for (const { reject } of this.#waiting.values()) reject(new Error(event.message || 'The map could not be drawn'));
      this.#waiting.clear();
    };
  }

  /** A tile as a picture; null where the file has none. */
  draw(
    tile: { x: number; y: number; z: number },
    ratio: number,
    colors: TileColors,
  ): { done: Promise<ImageBitmap | null>; cancel: () => void } {
    this.#lastId += 1;
    const id = this.#lastId;
    const done = new Promise<ImageBitmap | null>((resolve, reject) => this.#waiting.set(id, { resolve, reject }));
    this.#post({ kind: 'tile', id, from: this.#from, tile, ratio, colors });
    const cancel = () => {
      if (this.#waiting.delete(id)) this.#post({ kind: 'cancel', id });
    };
    return { done, cancel };
  }

  close(): void {
    this.#worker.terminate();
    this.#waiting.clear();
  }

  #post(request: TileFileRequest): void {
    this.#worker.postMessage(request);
  }
}
