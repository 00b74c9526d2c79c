import { createReadStream, createWriteStream } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { constants, createGunzip, createGzip } from 'node:zlib';
import { extract, pack } from 'tar-stream';

/**
 * What the console uses of the extension is a third of it. The engine unpacks and compiles all that is there at each
 * start: rasters, topology and the geocoder are left out, and the scripts that lead from one version to another.
 */
const NEEDLESS = /raster|rtpostgis|topology|tiger|contrib\/|unpackaged|--ANY|TEMPLATED/;

/** Writes the package's extension without what the console doesn't use, for `EmbeddedDatabaseData.postgis`. */
export async function buildPostgisBundle(path: string): Promise<void> {
  const package_ = dirname(createRequire(import.meta.url).resolve('@electric-sql/pglite-postgis'));
  const read = extract();
  const written = pack();
  const file = pipeline(written, createGzip({ level: constants.Z_BEST_SPEED }), createWriteStream(path));
  const reading = pipeline(createReadStream(join(package_, 'postgis.tar.gz')), createGunzip(), read);
  for await (const entry of read) {
    if (NEEDLESS.test(entry.header.name)) entry.resume();
    else await pipeline(entry, written.entry(entry.header));
  }
  written.finalize();
  await Promise.all([reading, file]);
}
