import { createReadStream } from 'node:fs';
import { mkdir, open, readdir, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { Readable } from 'node:stream';
import { AppError } from '../platform/errors.ts';
import { openMbtiles } from './mbtiles-store.ts';

/** Where an administrator puts PMTiles and MBTiles files for this console. */
export const mapsFolder = (dataDir: string): string => join(dataDir, 'maps');

export interface MapFile {
  name: string;
  bytes: number;
  changedAt: Date;
  /** Changes with the file, so that tiles of two files are never mixed. */
  version: string;
}

const isMap = (name: string) => name.endsWith('.pmtiles') || isMbtiles(name);
export const isMbtiles = (name: string): boolean => name.endsWith('.mbtiles');

/** The map files of this console, by name. Makes the folder where it is missing. */
export async function listMapFiles(dataDir: string): Promise<MapFile[]> {
  await mkdir(mapsFolder(dataDir), { recursive: true });
  const names = (await readdir(mapsFolder(dataDir))).filter(isMap).sort();
  const files = await Promise.all(names.map((name) => findMapFile(dataDir, name)));
  return files.filter((file) => file !== null);
}

/** A file of the maps folder, or null when it is not there. A name that leads out of the folder counts as missing. */
export async function findMapFile(dataDir: string, name: string): Promise<MapFile | null> {
  if (basename(name) !== name || !isMap(name)) return null;
  const found = await stat(join(mapsFolder(dataDir), name)).catch(() => null);
  if (!found?.isFile()) return null;
  const version = `${found.size.toString(36)}-${Math.round(found.mtimeMs).toString(36)}`;
  return { name, bytes: found.size, changedAt: found.mtime, version };
}

/** The first bytes of every PMTiles file of version 3 (specification of the format, section 3.1). */
const MAGIC = Buffer.concat([Buffer.from('PMTiles'), Buffer.from([3])]);

/** AppError `validation-failed` when there is no such file here, or it is not what its name says. */
export async function checkMapFile(dataDir: string, name: string): Promise<void> {
  const refuse = (message: string) => {
    throw new AppError('validation-failed', message, { fields: [{ path: 'pmtilesFile', message }] });
  };
  if (!(await findMapFile(dataDir, name))) refuse(`There is no file ${name} in the maps folder of this console.`);
  if (isMbtiles(name)) {
    try {
      openMbtiles(join(mapsFolder(dataDir), name)).close();
    } catch {
      refuse(`${name} is not an MBTiles file, or is damaged.`);
    }
    return;
  }
  const file = await open(join(mapsFolder(dataDir), name));
  try {
    const head = Buffer.alloc(MAGIC.length);
    await file.read(head, 0, head.length, 0);
    if (!head.equals(MAGIC)) refuse(`${name} is not a PMTiles file of version 3. Convert it with the pmtiles tool.`);
  } finally {
    await file.close();
  }
}

export interface FilePart {
  status: 200 | 206;
  headers: Record<string, string>;
  body: ReadableStream<Uint8Array>;
}

/**
 * A file, or the one range of bytes that a `Range` header asks for (RFC 9110, section 14: a header that is not
 * understood is ignored). Null when the range lies outside the file, which is answered with 416.
 */
export function readPart(dataDir: string, file: MapFile, range: string | null): FilePart | null {
  const path = join(mapsFolder(dataDir), file.name);
  const headers = { 'accept-ranges': 'bytes', etag: `"${file.version}"` };
  const asked = /^bytes=(\d*)-(\d*)$/.exec(range ?? '');
  if (!asked || (asked[1] === '' && asked[2] === '')) {
    return { status: 200, headers: { ...headers, 'content-length': String(file.bytes) }, body: streamFile(path) };
  }
  const isSuffix = asked[1] === '';
  const start = isSuffix ? Math.max(0, file.bytes - Number(asked[2])) : Number(asked[1]);
  const end = isSuffix || asked[2] === '' ? file.bytes - 1 : Math.min(Number(asked[2]), file.bytes - 1);
  if (start > end) return null;
  return {
    status: 206,
    headers: {
      ...headers,
      'content-length': String(end - start + 1),
      'content-range': `bytes ${start}-${end}/${file.bytes}`,
    },
    body: streamFile(path, { start, end }),
  };
}

const streamFile = (path: string, part: { start?: number; end?: number } = {}) =>
  Readable.toWeb(createReadStream(path, part)) as ReadableStream<Uint8Array>;
