import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import { codings } from '../../src-main/core/platform/http/content-coding.ts';

/** What shrinks. Fonts and pictures are compressed in themselves; source maps are for developers, on their own machine. */
const worthwhile = new Set(['.html', '.js', '.css', '.json', '.svg']);
/** Below this, headers and a packet weigh more than what is saved. Bytes. */
const LEAST = 1_024;
/** Brotli's best takes seconds a megabyte: too long for the files of the map, which are many and shrink little more. */
const DATA_QUALITY = 5;

/** Writes each file of the renderer beside itself as brotli and as gzip, where that saves something. */
export async function compress(folder: string): Promise<void> {
  const names = await readdir(folder, { recursive: true });
  for (const path of names.filter((name) => worthwhile.has(extname(name))).map((name) => join(folder, name))) {
    if (!(await stat(path)).isFile()) continue;
    const bytes = await readFile(path);
    if (bytes.length < LEAST) continue;
    const isData = extname(path) === '.json';
    const quality = isData ? DATA_QUALITY : constants.BROTLI_MAX_QUALITY;
    const params = { [constants.BROTLI_PARAM_QUALITY]: quality, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length };
    const forms = {
      br: await promisify(brotliCompress)(bytes, { params }),
      gzip: await promisify(gzip)(bytes, {
        level: isData ? constants.Z_DEFAULT_COMPRESSION : constants.Z_BEST_COMPRESSION,
      }),
    };
    for (const coding of ['br', 'gzip'] as const)
      if (forms[coding].length < bytes.length) await writeFile(path + codings[coding], forms[coding]);
  }
}
