import { setTimeout as wait } from 'node:timers/promises';
import { type TileAt, type TileBox, tilesOf } from '../../../../src-shared/domain/map/tile-cover.ts';
import type { Connect } from '../../platform/http/connector.ts';
import { formatOf, isVector, PackProblem } from './judge-tile.ts';
import { openPackFile, type PackFile, type TakenTile } from './pack-file-store.ts';
import { openSource, type TileSource, type TileSourceSpec } from './tile-sources.ts';

/** What one go at taking a pack is told; it goes to the process that does it. */
export interface PackOrder {
  path: string;
  packId: number;
  round: number;
  /** Names the map among others: its address. */
  sourceName: string;
  source: TileSourceSpec;
  boxes: TileBox[];
  minZoom: number;
  maxZoom: number;
  /** The file may grow to this, so that the disk doesn't fill. */
  mostBytes: number;
  /** The least milliseconds between two requests to a tile server. */
  pauseMs: number;
  /** Milliseconds before a request that failed is made again, in turn. */
  retryMs: number[];
}

/** Tiles that are written in one transaction. */
const AT_ONCE = 24;

/**
 * Takes the tiles of a pack that are not there yet, the coarse ones first, and writes them as they come. Rejects with
 * PackProblem; what was taken stays, and the next go begins where this one ended.
 */
export async function takeTiles(
  order: PackOrder,
  { connect, signal }: { connect: Connect; signal: AbortSignal },
): Promise<void> {
  const file = openPackFile(order.path);
  try {
    file.limitTo(order.mostBytes);
    const source = await patiently(order, signal, async () => openSource(order.source, connect, signal));
    const pace = paceOf(source.isPaced ? order.pauseMs : 0);
    let some: TileAt[] = [];
    for (const tile of wanted(order, source, file)) {
      some.push(tile);
      if (some.length < AT_ONCE) continue;
      await take(some, order, source, file, pace, signal);
      some = [];
    }
    if (some.length > 0) await take(some, order, source, file, pace, signal);
    file.forgetOlder(order.packId, order.round, order.sourceName);
  } catch (error) {
    throw isFull(error)
      ? new PackProblem(
          'The disk has no room left for this map. What is downloaded stays. Free some space and resume, or delete another map.',
        )
      : error;
  } finally {
    file.close();
  }
}

function* wanted({ boxes, minZoom, maxZoom, packId, round }: PackOrder, source: TileSource, file: PackFile) {
  for (let zoom = minZoom; zoom <= Math.min(maxZoom, source.maxZoom); zoom++)
    for (const tile of tilesOf(boxes, zoom)) if (!file.isTaken(packId, round, tile)) yield tile;
}

async function take(
  tiles: readonly TileAt[],
  order: PackOrder,
  source: TileSource,
  file: PackFile,
  pace: () => Promise<void>,
  signal: AbortSignal,
): Promise<void> {
  const left = [...tiles];
  const found: TakenTile[] = [];
  let failure: unknown = null;
  const takeOne = async () => {
    for (let tile = left.shift(); tile && failure === null; tile = left.shift()) {
      const at = tile;
      try {
        const data = await patiently(order, signal, async () => {
          await pace();
          return source.tile(at);
        });
        if (data && data.length > 0) checkKind(data, order, source, file);
        found.push({ ...at, data: data && data.length > 0 ? data : null });
      } catch (error) {
        failure ??= error;
      }
    }
  };
  await Promise.all(Array.from({ length: source.atOnce }, takeOne));
  // What came before a failure is kept.
  file.put(order.packId, order.round, order.sourceName, found);
  if (failure !== null) throw failure;
}

/** The first tile says what the map is; a later one of another kind is refused. */
function checkKind(
  data: Uint8Array,
  { sourceName, source: spec }: PackOrder,
  source: TileSource,
  file: PackFile,
): void {
  const format = formatOf(data);
  const map = file.map();
  if (map?.source !== sourceName)
    file.setMap({ source: sourceName, format, attribution: spec.attribution, maxZoom: source.maxZoom });
  else if (isVector(map.format) !== isVector(format))
    throw new PackProblem('The server sends pictures and vector tiles mixed. Check the address in the settings.');
}

/** Tries again what may go well a moment later. */
async function patiently<T>({ retryMs }: PackOrder, signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  for (const pause of retryMs) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof PackProblem) || !error.passes) throw error;
      await wait(pause, undefined, { signal });
    }
  }
  return work();
}

function paceOf(pauseMs: number): () => Promise<void> {
  let next = 0;
  return async () => {
    const now = performance.now();
    const at = Math.max(now, next);
    next = at + pauseMs;
    if (at > now) await wait(at - now);
  };
}

const isFull = (error: unknown): boolean => {
  const code = (error as { code?: string } | null)?.code ?? '';
  return code === 'SQLITE_FULL' || code === 'ENOSPC' || code === 'SQLITE_IOERR_WRITE';
};
