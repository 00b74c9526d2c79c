import { mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import Sqlite from 'better-sqlite3';
import type { PackState, PackTarget } from '../../../../src-shared/contract/map-packs.ts';
import type { TileAt, TileBox } from '../../../../src-shared/domain/map/tile-cover.ts';

/**
 * MBTiles 1.3 (https://github.com/mapbox/mbtiles-spec), so that other programs open the file too: `tiles` and `metadata`
 * are as it says, rows counted from the south. Tiles of several maps may lie beside each other; `tiles` is the present one's.
 */
const SCHEMA = `
  create table metadata (name text primary key, value text not null);
  create table stored_tiles (
    source text not null, zoom_level integer not null, tile_column integer not null, tile_row integer not null,
    tile_data blob not null);
  create unique index stored_tile on stored_tiles (source, zoom_level, tile_column, tile_row);
  create view tiles as select zoom_level, tile_column, tile_row, tile_data from stored_tiles
    where source = (select value from metadata where name = 'source');
  create table packs (
    id integer primary key autoincrement, label text not null, target text not null, boxes text not null,
    source text not null, host text not null, min_zoom integer not null, max_zoom integer not null,
    state text not null, round integer not null default 1, done integer not null default 0, total integer not null,
    error text, loaded_at integer);
  create table pack_tiles (
    pack_id integer not null references packs on delete cascade,
    source text not null, zoom_level integer not null, tile_column integer not null, tile_row integer not null,
    round integer not null, bytes integer not null,
    primary key (pack_id, zoom_level, tile_column, tile_row)) without rowid;
  create index pack_tile on pack_tiles (source, zoom_level, tile_column, tile_row);
  pragma user_version = 1;
`;

export interface PackRow {
  id: number;
  label: string;
  target: PackTarget;
  boxes: TileBox[];
  source: string;
  host: string;
  minZoom: number;
  maxZoom: number;
  state: PackState;
  round: number;
  done: number;
  total: number;
  bytes: number;
  error: string | null;
  loadedAt: number | null;
}
export type NewPack = Pick<PackRow, 'label' | 'target' | 'boxes' | 'source' | 'host' | 'minZoom' | 'maxZoom' | 'total'>;

/** What the tiles of the present map are. */
export interface PackMap {
  source: string;
  /** As MBTiles names it: `pbf` is vector tiles, gzipped. */
  format: 'pbf' | 'png' | 'jpg' | 'webp';
  attribution: string;
  maxZoom: number;
}
/** A tile that was looked for; null where the map has none. */
export interface TakenTile extends TileAt {
  data: Uint8Array | null;
}

/** The maps that a workstation has taken: one file, written by the process that takes them and by the core. */
export interface PackFile {
  list(): PackRow[];
  get(id: number): PackRow | undefined;
  insert(pack: NewPack): number;
  set(
    id: number,
    change: Partial<
      Pick<PackRow, 'state' | 'error' | 'round' | 'done' | 'total' | 'loadedAt' | 'source' | 'host' | 'boxes'>
    >,
  ): void;
  /** Whether a tile has been looked for in the pack's present round. */
  isTaken(packId: number, round: number, tile: TileAt): boolean;
  countTaken(packId: number, round: number): number;
  put(packId: number, round: number, source: string, tiles: readonly TakenTile[]): void;
  /** Forgets tiles of earlier rounds that the pack no longer covers, and tiles of other maps that no pack names. */
  forgetOlder(packId: number, round: number, source: string): void;
  /** Takes some of a pack's tiles off, the pack itself at the end. @returns whether something is left */
  deleteSome(packId: number, most: number): boolean;
  map(): PackMap | null;
  setMap(map: PackMap): void;
  /** Of the present map. */
  tile(at: TileAt): Uint8Array | null;
  /** Mean bytes of the tiles of a zoom of a source; null where there is none. */
  meanBytes(source: string, zoom: number): number | null;
  hasTiles(): boolean;
  /** Bytes that the file may grow to; beyond, writes fail as on a full disk. */
  limitTo(bytes: number): void;
  size(): number;
  close(): void;
}

const south = ({ z, y }: TileAt) => 2 ** z - 1 - y;

/** Opens the file, made where it is missing. Throws as SQLite does. */
export function openPackFile(path: string): PackFile {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const db = new Sqlite(path);
  try {
    db.pragma('busy_timeout = 10000');
    if (db.pragma('user_version', { simple: true }) === 0) {
      db.pragma('auto_vacuum = INCREMENTAL');
      db.pragma('journal_mode = WAL');
      db.transaction(() => db.pragma('user_version', { simple: true }) === 0 && db.exec(SCHEMA)).immediate();
    }
    db.pragma('journal_mode = WAL');
    // What a power cut takes is taken again.
    db.pragma('synchronous = NORMAL');
    db.pragma('foreign_keys = ON');
  } catch (error) {
    db.close();
    throw error;
  }
  const select = `select p.id, p.label, p.target, p.boxes, p.source, p.host, p.min_zoom as minZoom, p.max_zoom as maxZoom, p.state,
    p.round, p.done, p.total, p.error, p.loaded_at as loadedAt,
    (select coalesce(sum(t.bytes), 0) from pack_tiles t where t.pack_id = p.id) as bytes from packs p`;
  type Raw = Omit<PackRow, 'target' | 'boxes'> & { target: string; boxes: string };
  const toRow = (raw: Raw): PackRow => ({ ...raw, target: JSON.parse(raw.target), boxes: JSON.parse(raw.boxes) });
  const columns = { loadedAt: 'loaded_at' } as Record<string, string>;
  const taken = db.prepare(
    'select 1 from pack_tiles where pack_id = ? and zoom_level = ? and tile_column = ? and tile_row = ? and round = ?',
  );
  const keep = db.prepare(
    `insert into stored_tiles (source, zoom_level, tile_column, tile_row, tile_data) values (?, ?, ?, ?, ?)
      on conflict (source, zoom_level, tile_column, tile_row) do update set tile_data = excluded.tile_data`,
  );
  const lose = db.prepare(
    'delete from stored_tiles where source = ? and zoom_level = ? and tile_column = ? and tile_row = ?',
  );
  const note = db.prepare(
    `insert into pack_tiles (pack_id, zoom_level, tile_column, tile_row, source, round, bytes) values (?, ?, ?, ?, ?, ?, ?)
      on conflict (pack_id, zoom_level, tile_column, tile_row)
      do update set source = excluded.source, round = excluded.round, bytes = excluded.bytes`,
  );
  const read = db.prepare(
    'select tile_data as data from tiles where zoom_level = ? and tile_column = ? and tile_row = ?',
  );
  const putAll = db.transaction((packId: number, round: number, source: string, tiles: readonly TakenTile[]) => {
    for (const tile of tiles) {
      if (tile.data) keep.run(source, tile.z, tile.x, south(tile), tile.data);
      // The map has it no more.
      else lose.run(source, tile.z, tile.x, south(tile));
      note.run(packId, tile.z, tile.x, south(tile), source, round, tile.data?.length ?? 0);
    }
    db.prepare('update packs set done = done + ? where id = ?').run(tiles.length, packId);
  });
  /** Tiles that no pack names any more. */
  const sweep = (rows: readonly { source: string; z: number; x: number; y: number }[]) => {
    for (const { source, z, x, y } of rows)
      db.prepare(
        `delete from stored_tiles where source = ? and zoom_level = ? and tile_column = ? and tile_row = ?
          and not exists (select 1 from pack_tiles p where p.source = stored_tiles.source
            and p.zoom_level = stored_tiles.zoom_level and p.tile_column = stored_tiles.tile_column
            and p.tile_row = stored_tiles.tile_row)`,
      ).run(source, z, x, y);
  };
  const dropWhere = (packId: number, condition: string, values: number[], most: number): number => {
    const rows = db
      .prepare(
        `select source, zoom_level as z, tile_column as x, tile_row as y from pack_tiles where pack_id = ? ${condition} limit ?`,
      )
      .all(packId, ...values, most) as { source: string; z: number; x: number; y: number }[];
    const forget = db.prepare(
      'delete from pack_tiles where pack_id = ? and zoom_level = ? and tile_column = ? and tile_row = ?',
    );
    for (const { z, x, y } of rows) forget.run(packId, z, x, y);
    sweep(rows);
    return rows.length;
  };
  const metadata = () =>
    new Map(
      (db.prepare('select name, value from metadata').all() as { name: string; value: string }[]).map(
        ({ name, value }) => [name, value],
      ),
    );
  return {
    list: () => (db.prepare(`${select} order by p.id`).all() as Raw[]).map(toRow),
    get(id) {
      const raw = db.prepare(`${select} where p.id = ?`).get(id) as Raw | undefined;
      return raw && toRow(raw);
    },
    insert: ({ label, target, boxes, source, host, minZoom, maxZoom, total }) =>
      Number(
        db
          .prepare(
            `insert into packs (label, target, boxes, source, host, min_zoom, max_zoom, total, state)
              values (?, ?, ?, ?, ?, ?, ?, ?, 'waiting')`,
          )
          .run(label, JSON.stringify(target), JSON.stringify(boxes), source, host, minZoom, maxZoom, total)
          .lastInsertRowid,
      ),
    set(id, change) {
      const entries = Object.entries(change).filter(([, value]) => value !== undefined);
      if (entries.length === 0) return;
      const sets = entries.map(([key]) => `${columns[key] ?? key} = ?`).join(', ');
      const values = entries.map(([, value]) => (Array.isArray(value) ? JSON.stringify(value) : value));
      db.prepare(`update packs set ${sets} where id = ?`).run(...values, id);
    },
    isTaken: (packId, round, tile) => taken.get(packId, tile.z, tile.x, south(tile), round) !== undefined,
    countTaken: (packId, round) =>
      (
        db.prepare('select count(*) as n from pack_tiles where pack_id = ? and round = ?').get(packId, round) as {
          n: number;
        }
      ).n,
    put: (packId, round, source, tiles) => void putAll(packId, round, source, tiles),
    forgetOlder(packId, round, source) {
      const others = db.prepare(
        `delete from stored_tiles where rowid in (
          select s.rowid from stored_tiles s where s.source <> ? and not exists (
            select 1 from pack_tiles p where p.source = s.source and p.zoom_level = s.zoom_level
              and p.tile_column = s.tile_column and p.tile_row = s.tile_row) limit 500)`,
      );
      while (others.run(source).changes > 0);
      while (db.transaction(() => dropWhere(packId, 'and round < ?', [round], 500))() > 0);
    },
    deleteSome: (packId, most) =>
      db.transaction(() => {
        const isLeft = dropWhere(packId, '', [], most) === most;
        if (!isLeft) db.prepare('delete from packs where id = ?').run(packId);
        return isLeft;
      })(),
    map() {
      const found = metadata();
      const source = found.get('source');
      if (source === undefined) return null;
      return {
        source,
        format: (found.get('format') ?? 'png') as PackMap['format'],
        attribution: found.get('attribution') ?? '',
        maxZoom: Number(found.get('maxzoom') ?? 0),
      };
    },
    setMap({ source, format, attribution, maxZoom }) {
      const write = db.prepare('insert or replace into metadata (name, value) values (?, ?)');
      const values = {
        name: 'Map packs',
        type: 'baselayer',
        version: '1',
        source,
        format,
        attribution,
        minzoom: 0,
        maxzoom: maxZoom,
      };
      db.transaction(() => {
        for (const [name, value] of Object.entries(values)) write.run(name, String(value));
      })();
    },
    tile: (at) => (read.get(at.z, at.x, south(at)) as { data: Uint8Array } | undefined)?.data ?? null,
    meanBytes: (source, zoom) =>
      (
        db
          .prepare(
            `select avg(bytes) as mean from (select bytes from pack_tiles where source = ? and zoom_level = ? and bytes > 0 limit 500)`,
          )
          .get(source, zoom) as { mean: number | null }
      ).mean,
    hasTiles: () => db.prepare('select 1 from tiles limit 1').get() !== undefined,
    limitTo(bytes) {
      const page = Number(db.pragma('page_size', { simple: true }));
      db.pragma(`max_page_count = ${Math.max(1, Math.floor(bytes / page))}`);
    },
    size: () => {
      db.pragma('incremental_vacuum(2000)');
      return statSync(path).size;
    },
    close: () => db.close(),
  };
}
