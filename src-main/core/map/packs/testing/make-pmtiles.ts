import { gzipSync } from 'node:zlib';
import { zxyToTileId } from 'pmtiles';
import type { TileAt } from '../../../../../src-shared/domain/map/tile-cover.ts';

const varint = (value: number): number[] =>
  value < 128 ? [value] : [(value % 128) + 128, ...varint(Math.floor(value / 128))];

/**
 * A PMTiles file of version 3 with these tiles (https://github.com/protomaps/PMTiles/blob/main/spec/v3/spec.md), one directory,
 * tiles as they are. `type` 1 is vector tiles, 2 is PNG.
 */
export function makePmtiles(tiles: readonly (TileAt & { data: Uint8Array })[], type: 1 | 2): Buffer {
  const sorted = tiles.map(({ z, x, y, data }) => ({ id: zxyToTileId(z, x, y), z, data })).sort((a, b) => a.id - b.id);
  let offset = 0;
  const entries = sorted.map(({ id, data }) => {
    const entry = { id, offset, length: data.length };
    offset += data.length;
    return entry;
  });
  const root = gzipSync(
    Uint8Array.from([
      ...varint(entries.length),
      ...entries.flatMap(({ id }, n) => varint(id - (entries[n - 1]?.id ?? 0))),
      ...entries.flatMap(() => varint(1)),
      ...entries.flatMap(({ length }) => varint(length)),
      ...entries.flatMap((entry) => varint(entry.offset + 1)),
    ]),
  );
  const metadata = gzipSync('{}');
  const header = Buffer.alloc(127);
  header.write('PMTiles', 0, 'latin1');
  header.writeUInt8(3, 7);
  const parts = [root.length, metadata.length, 0, offset];
  let at = 127;
  for (const [n, length] of parts.entries()) {
    header.writeBigUInt64LE(BigInt(at), 8 + 16 * n);
    header.writeBigUInt64LE(BigInt(length), 16 + 16 * n);
    at += length;
  }
  for (const n of [72, 80, 88]) header.writeBigUInt64LE(BigInt(entries.length), n);
  const zooms = sorted.map(({ z }) => z);
  header.writeUInt8(1, 96);
  header.writeUInt8(2, 97);
  header.writeUInt8(1, 98);
  header.writeUInt8(type, 99);
  header.writeUInt8(Math.min(...zooms), 100);
  header.writeUInt8(Math.max(...zooms), 101);
  return Buffer.concat([header, root, metadata, ...sorted.map(({ data }) => data)]);
}
