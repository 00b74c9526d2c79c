import { existsSync, renameSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { MapPack, PackTarget } from '../../../../src-shared/contract/map-packs.ts';
import type { TileBox } from '../../../../src-shared/domain/map/tile-cover.ts';
import { AppError, notFound } from '../../platform/errors.ts';
import { PackProblem } from './judge-tile.ts';
import { openPackFile, type PackFile, type PackRow } from './pack-file-store.ts';
import type { PackOrder } from './take-tiles.ts';
import type { TileSourceSpec } from './tile-sources.ts';

/** The one file of a workstation; an MBTiles file, which other programs open too. */
export const packFileOf = (dataDir: string): string => join(dataDir, 'workstation', 'map-packs.mbtiles');

/** Takes the tiles of a pack, in a process that may die of them. Rejects with PackProblem. */
export type RunPack = (order: PackOrder, allowsPrivate: boolean, signal: AbortSignal) => Promise<void>;

export interface PackSource {
  spec: TileSourceSpec;
  /** The address: tiles of two addresses are never mixed. */
  name: string;
  host: string;
}
export interface AskedPack {
  label: string;
  target: PackTarget;
  boxes: TileBox[];
  maxZoom: number;
  total: number;
  source: PackSource;
}

/** What a map may not take of a disk: others need room too. */
const KEPT_FREE_BYTES = 500_000_000;
const DELETED_AT_ONCE = 500;
/** With two at a time, as few as a person who looks at the map asks a tile server for. */
const PAUSE_MS = 100;

export interface MapPacksDeps {
  path: string;
  run: RunPack;
  /** Whether private networks may be asked; read when a pack begins. */
  allowsPrivate: () => Promise<boolean>;
  log: Logger;
  now: () => Date;
  /** For tests: between two requests, and before one is made again. */
  pauseMs?: number;
  retryMs?: number[];
  freeBytes?: () => Promise<number>;
}

/** The maps that this workstation has taken for use offline. One is taken at a time; the others wait. */
export class MapPacks {
  readonly #deps: MapPacksDeps;
  #file: PackFile | null = null;
  #sources = new Map<number, PackSource>();
  #running: { id: number; stop: AbortController; ended: Promise<void> } | null = null;
  #stopped = false;

  constructor(deps: MapPacksDeps) {
    this.#deps = deps;
  }

  /** The file; null where nothing was ever taken. */
  peek(): PackFile | null {
    if (this.#file || !existsSync(this.#deps.path)) return this.#file;
    try {
      return this.#open();
    } catch (error) {
      // The maps are there without it.
      this.#deps.log.warn({ err: error }, 'the file of maps for use offline can’t be opened');
      return null;
    }
  }

  /** What the file says; where it can't be read, what is said instead. */
  read<T>(of: (file: PackFile) => T, otherwise: T): T {
    const file = this.peek();
    if (!file) return otherwise;
    try {
      return of(file);
    } catch (error) {
      this.#deps.log.warn({ err: error }, 'the file of maps for use offline can’t be read');
      return otherwise;
    }
  }

  list(): MapPack[] {
    const file = this.peek();
    return file ? file.list().map((row) => packOf(row, file)) : [];
  }

  async freeBytes(): Promise<number> {
    if (this.#deps.freeBytes) return this.#deps.freeBytes();
    const { bavail, bsize } = await statfs(dirname(dirname(this.#deps.path)));
    return Math.max(0, bavail * bsize - KEPT_FREE_BYTES);
  }

  create({ source, label, target, boxes, maxZoom, total }: AskedPack): MapPack {
    const file = this.#open();
    const id = file.insert({
      label,
      target,
      boxes,
      source: source.name,
      host: source.host,
      minZoom: 0,
      maxZoom,
      total,
    });
    this.#sources.set(id, source);
    this.#next();
    return this.#get(id);
  }

  /** Stops taking it; what was taken stays. */
  async halt(id: number): Promise<MapPack> {
    const row = this.#row(id);
    if (this.#running?.id === id) {
      this.#running.stop.abort();
      await this.#running.ended;
    } else if (row.state === 'waiting') this.#open().set(id, { state: 'paused' });
    return this.#get(id);
  }

  /** Goes on where it ended. */
  resume(id: number, source: PackSource): MapPack {
    const row = this.#row(id);
    if (row.source !== source.name)
      throw new AppError('conflict', 'The base map has changed. Update this map instead to download it again.');
    if (row.state === 'paused' || row.state === 'failed') {
      this.#sources.set(id, source);
      this.#open().set(id, { state: 'waiting', error: null });
      this.#next();
    }
    return this.#get(id);
  }

  /** Takes it anew; what is there stays until the new tiles are. */
  update(id: number, { source, boxes, total }: Pick<AskedPack, 'source' | 'boxes' | 'total'>): MapPack {
    const row = this.#row(id);
    if (row.state === 'loading' || row.state === 'waiting') return this.#get(id);
    const { name, host } = source;
    this.#sources.set(id, source);
    this.#open().set(id, {
      state: 'waiting',
      error: null,
      round: row.round + 1,
      done: 0,
      total,
      boxes,
      source: name,
      host,
    });
    this.#next();
    return this.#get(id);
  }

  async delete(id: number): Promise<void> {
    await this.halt(id);
    const file = this.#open();
    // Some at a time, so that others are answered meanwhile.
    while (file.deleteSome(id, DELETED_AT_ONCE)) await turn();
    file.size();
  }

  get(id: number): PackRow {
    return this.#row(id);
  }

  /** Waits until nothing is taken any more; for tests. */
  async settled(): Promise<void> {
    while (this.#running) await this.#running.ended;
  }

  /** Ends what is under way; it can be resumed. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#running?.stop.abort();
    await this.#running?.ended;
    this.#file?.close();
    this.#file = null;
  }

  #open(): PackFile {
    if (this.#file) return this.#file;
    this.#file = openSound(this.#deps.path, this.#deps.now());
    // Nothing is under way when a console has just begun.
    for (const { id, state } of this.#file.list())
      if (state === 'loading' || state === 'waiting')
        this.#file.set(id, { state: 'paused', error: 'The console was stopped. Resume the download.' });
    return this.#file;
  }

  #row(id: number): PackRow {
    const row = this.peek()?.get(id);
    if (!row) throw notFound('map pack', id);
    return row;
  }
  #get = (id: number): MapPack => packOf(this.#row(id), this.#open());

  #next(): void {
    if (this.#running || this.#stopped) return;
    const next = this.#open()
      .list()
      .find(({ id, state }) => state === 'waiting' && this.#sources.has(id));
    if (!next) return;
    const stop = new AbortController();
    this.#open().set(next.id, { state: 'loading' });
    const ended = this.#take(next, stop.signal).then(() => {
      this.#running = null;
      this.#next();
    });
    this.#running = { id: next.id, stop, ended };
  }

  /** Never rejects: the pack says why it failed. */
  async #take(row: PackRow, signal: AbortSignal): Promise<void> {
    const file = this.#open();
    const { id, round, boxes, minZoom, maxZoom } = row;
    const source = this.#sources.get(id)!;
    try {
      file.set(id, { done: file.countTaken(id, round) });
      const order: PackOrder = {
        path: this.#deps.path,
        packId: id,
        round,
        sourceName: source.name,
        source: source.spec,
        boxes,
        minZoom,
        maxZoom,
        mostBytes: file.size() + (await this.freeBytes()),
        pauseMs: this.#deps.pauseMs ?? PAUSE_MS,
        retryMs: this.#deps.retryMs ?? [1_000, 5_000, 20_000],
      };
      await this.#deps.run(order, await this.#deps.allowsPrivate(), signal);
      signal.throwIfAborted();
      file.set(id, {
        state: 'ready',
        error: null,
        loadedAt: this.#deps.now().getTime(),
        total: file.countTaken(id, round),
      });
    } catch (error) {
      if (signal.aborted) return file.set(id, { state: 'paused', error: null });
      this.#deps.log.warn({ err: error, packId: id }, 'a map could not be taken');
      const message =
        error instanceof PackProblem
          ? error.message
          : 'It could not be downloaded. The log of this console says why. Resume later.';
      file.set(id, { state: 'failed', error: message });
    }
  }
}

/** A damaged file is put aside, never deleted: what it held is taken again. */
function openSound(path: string, now: Date): PackFile {
  try {
    return openPackFile(path);
  } catch (error) {
    const code = (error as { code?: string }).code ?? '';
    if (!code.startsWith('SQLITE_CORRUPT') && code !== 'SQLITE_NOTADB') throw error;
    for (const part of ['', '-wal', '-shm'])
      if (existsSync(path + part)) renameSync(path + part, `${path}.damaged-${now.getTime()}${part}`);
    return openPackFile(path);
  }
}

function packOf(row: PackRow, file: PackFile): MapPack {
  const { id, label, target, state, done, total, bytes, minZoom, maxZoom, host, error, loadedAt } = row;
  const map = file.map();
  return {
    id,
    label,
    target,
    state,
    done,
    total,
    bytes,
    minZoom,
    maxZoom,
    source: host,
    isOfOtherMap: map !== null && done > 0 && map.source !== row.source,
    error,
    loadedAt: loadedAt === null ? null : new Date(loadedAt).toISOString(),
  };
}
