import { PbfWriter } from 'pbf';
import { zxyToTileId } from 'pmtiles';

/** A ring of a polygon, in the 4096 units of a tile; the first point is not repeated. */
type Ring = [number, number][];
interface Feature {
  ring: Ring;
  /** Protomaps' word for what it is. */
  kind: string;
}

const EXTENT = 4096;
const HEADER_BYTES = 127;
const [NO_COMPRESSION, MVT] = [1, 1];

/**
 * A PMTiles archive, version 3 (github.com/protomaps/PMTiles, spec/v3), of vector tiles that hold the same layers
 * whichever tile it is: a layer's name and its polygons.
 */
export function pmtiles(maxZoom: number, layers: Record<string, Feature[]>): Uint8Array {
  const tile = vectorTile(layers);
  let count = 0;
  for (let z = 0; z <= maxZoom; z++) count += 4 ** z;
  // One entry whose run is every tile: they follow one another by id, from zoom 0 on.
  const directory = varints([1, zxyToTileId(0, 0, 0), count, tile.length, 1]);
  const metadata = Buffer.from(JSON.stringify({ name: 'a map of the specs', vector_layers: [] }));
  const header = Buffer.alloc(HEADER_BYTES);
  header.write('PMTiles');
  header[7] = 3;
  const [metadataAt, tilesAt] = [HEADER_BYTES + directory.length, HEADER_BYTES + directory.length + metadata.length];
  const places = [HEADER_BYTES, directory.length, metadataAt, metadata.length, tilesAt, 0, tilesAt, tile.length];
  for (const [i, value] of [...places, count, 1, 1].entries()) header.writeBigUInt64LE(BigInt(value), 8 + 8 * i);
  header.set([1, NO_COMPRESSION, NO_COMPRESSION, MVT, 0, maxZoom], 96);
  for (const [i, degrees] of [-180, -85, 180, 85].entries()) header.writeInt32LE(degrees * 1e7, 102 + 4 * i);
  return Buffer.concat([header, directory, metadata, tile]);
}

function varints(values: number[]): Uint8Array {
  const writer = new PbfWriter();
  for (const value of values) writer.writeVarint(value);
  return writer.finish();
}

/** Mapbox Vector Tile 2.1, section 4: layers of polygons, each with a `kind`. */
function vectorTile(layers: Record<string, Feature[]>): Uint8Array {
  const writer = new PbfWriter();
  for (const [name, features] of Object.entries(layers))
    writer.writeMessage(
      3,
      (_, layer) => {
        layer.writeStringField(1, name);
        for (const [i, feature] of features.entries())
          layer.writeMessage(
            2,
            (_, message) => {
              message.writePackedVarint(2, [0, i]);
              message.writeVarintField(3, 3);
              message.writePackedVarint(4, commands(feature.ring));
            },
            null,
          );
        layer.writeStringField(3, 'kind');
        for (const { kind } of features) layer.writeMessage(4, (_, value) => value.writeStringField(1, kind), null);
        layer.writeVarintField(5, EXTENT);
        layer.writeVarintField(15, 2);
      },
      null,
    );
  return writer.finish();
}

const zigzag = (value: number) => (value << 1) ^ (value >> 31);

/** MoveTo the first point, LineTo the others, ClosePath. */
function commands(ring: Ring): number[] {
  const steps = ring.flatMap(([x, y], i) => {
    const [fromX, fromY] = ring[i - 1] ?? [0, 0];
    return [zigzag(x - fromX), zigzag(y - fromY)];
  });
  return [1 | (1 << 3), ...steps.slice(0, 2), 2 | ((ring.length - 1) << 3), ...steps.slice(2), 7 | (1 << 3)];
}
