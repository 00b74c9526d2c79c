import Sqlite from 'better-sqlite3';
import type { TileAt } from '../../../src-shared/domain/map/tile-cover.ts';

/** An MBTiles file of the maps folder, opened to be read. */
export interface MbtilesFile {
  isVector: boolean;
  maxZoom: number;
  tile(at: TileAt): Uint8Array | null;
  close(): void;
}

/**
 * Opens an MBTiles file (version 1.3 of its specification). Nothing that the file itself defines is trusted but a plain
 * table or view of tiles. Throws where it is something else, or damaged.
 */
export function openMbtiles(path: string): MbtilesFile {
  const db = new Sqlite(path, { readonly: true, fileMustExist: true });
  try {
    db.pragma('trusted_schema = OFF');
    db.pragma('cell_size_check = ON');
    const tiles = db.prepare("select type, sql from sqlite_master where name = 'tiles'").get() as
      | { type: string; sql: string }
      | undefined;
    // A view that goes on for ever would hold the console up.
    if (!tiles || /\b(?:recursive|with)\b/i.test(tiles.sql)) throw new Error('there is no plain table of tiles in it');
    const named = db.prepare('select value from metadata where name = ?');
    const metadata = (name: string) => (named.get(name) as { value: unknown } | undefined)?.value;
    const deepest = db.prepare('select max(zoom_level) as zoom from tiles');
    const read = db.prepare(
      'select tile_data as data from tiles where zoom_level = ? and tile_column = ? and tile_row = ?',
    );
    const maxZoom = Number(metadata('maxzoom') ?? (deepest.get() as { zoom: number | null }).zoom ?? 0);
    return {
      isVector: ['pbf', 'mvt'].includes(String(metadata('format') ?? 'png')),
      maxZoom: Number.isInteger(maxZoom) && maxZoom >= 0 && maxZoom <= 22 ? maxZoom : 14,
      tile({ z, x, y }) {
        const data = (read.get(z, x, 2 ** z - 1 - y) as { data: unknown } | undefined)?.data;
        return data instanceof Uint8Array ? data : null;
      },
      close: () => db.close(),
    };
  } catch (error) {
    db.close();
    throw error;
  }
}
