import type { LaunchWorker } from '../../platform/workers/channel.ts';
import { PackProblem } from './judge-tile.ts';
import type { RunPack } from './map-packs.ts';
import type { PackOrder } from './take-tiles.ts';

/** What the process that takes a map is started with. */
export interface PackerData {
  order: PackOrder;
  allowsPrivate: boolean;
  memoryMb: number;
}
export type FromPacker = { type: 'done' } | { type: 'failed'; message: string; isProblem: boolean };

/** Directories and tiles are some megabytes each, whatever the file says of itself. */
const MEMORY_MB = 700;
const HEAP_MB = 256;

/** Takes maps in a process of their own, which may die of what a server sends. An abort ends it at once. */
export const packsElsewhere =
  ({ url, launch }: { url: URL; launch: LaunchWorker }): RunPack =>
  (order, allowsPrivate, signal) =>
    new Promise<void>((resolve, reject) => {
      const data: PackerData = { order, allowsPrivate, memoryMb: MEMORY_MB };
      const process = launch<never, FromPacker>('map-packer', url, data, { heapMb: HEAP_MB });
      const stop = () => process.end();
      signal.addEventListener('abort', stop, { once: true });
      let said: FromPacker | null = null;
      process.onMessage((message) => {
        said = message;
        process.end();
      });
      process.onError((error) => reject(error));
      process.onExit(() => {
        signal.removeEventListener('abort', stop);
        if (signal.aborted) reject(signal.reason);
        else if (said?.type === 'done') resolve();
        else if (said) reject(said.isProblem ? new PackProblem(said.message) : new Error(said.message));
        else reject(new PackProblem('The server’s answer stopped the download. This map can’t be used here.'));
      });
      if (signal.aborted) stop();
    });
