import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import { Compression, PMTiles, type RangeResponse, ResolvedValueCache, type Source } from 'pmtiles';
import type { TileAt } from '../../../../src-shared/domain/map/tile-cover.ts';
import { type Connect, ForbiddenAddress } from '../../platform/http/connector.ts';
import { MOST_TILE_BYTES, PackProblem } from './judge-tile.ts';

/** Where the tiles of a pack come from. */
export type TileSourceSpec =
  | { kind: 'tile-server'; url: string; maxZoom: number; attribution: string }
  | { kind: 'pmtiles'; url: string; attribution: string };

export interface TileSource {
  maxZoom: number;
  /** Null where the map has no such tile. Rejects with PackProblem. */
  tile(at: TileAt): Promise<Uint8Array | null>;
  /** How many may be asked for at once, and whether there is a pause between two. */
  atOnce: number;
  isPaced: boolean;
}

const TIMEOUT_MS = 20_000;
/** Servers ask programs to name themselves. */
const USER_AGENT = 'tracker-lifecycle-console';
const MOST_DIRECTORY_BYTES = 8_000_000;

/**
 * Opens a source. Rejects with PackProblem where it can't be used.
 * @param patienceMs how long an answer may take to the last byte
 */
export function openSource(
  spec: TileSourceSpec,
  connect: Connect,
  signal: AbortSignal,
  patienceMs: number = TIMEOUT_MS,
): Promise<TileSource> | TileSource {
  const asking: Ask = (url, headers) => ask(connect, url, headers, signal, patienceMs);
  return spec.kind === 'pmtiles' ? openPmtiles(spec.url, asking, signal) : tileServer(spec, asking);
}

type Ask = (url: string, headers: Record<string, string>) => Promise<Response>;

function tileServer({ url, maxZoom }: Extract<TileSourceSpec, { kind: 'tile-server' }>, asking: Ask): TileSource {
  return {
    maxZoom,
    // As few as a person who looks at the map asks for.
    atOnce: 2,
    isPaced: true,
    async tile({ z, x, y }) {
      const address = url
        .replaceAll('{z}', String(z))
        .replaceAll('{x}', String(x))
        .replaceAll('{y}', String(y))
        .replaceAll('{r}', '')
        .replaceAll('{s}', 'a');
      const answer = await asking(address, {});
      if (answer.status === 404 || answer.status === 204 || answer.status === 410) {
        await answer.body?.cancel();
        return null;
      }
      if (answer.status !== 200) throw await refusedBy(answer);
      return readBounded(answer, MOST_TILE_BYTES);
    },
  };
}

async function openPmtiles(url: string, asking: Ask, signal: AbortSignal): Promise<TileSource> {
  const source: Source = {
    getKey: () => url,
    async getBytes(offset, length): Promise<RangeResponse> {
      if (length > MOST_DIRECTORY_BYTES || offset < 0)
        throw new PackProblem('The file names a part that is far too large. It is damaged, or is not a PMTiles file.');
      const answer = await asking(url, { range: `bytes=${offset}-${offset + length - 1}` });
      if (answer.status === 416) throw cut();
      if (answer.status === 200) {
        await answer.body?.cancel();
        throw new PackProblem(
          'The server sends the whole file instead of the part that was asked for. It must support range requests.',
        );
      }
      if (answer.status !== 206) throw await refusedBy(answer);
      const bytes = await readBounded(answer, length);
      // The first look asks for more than a small file has.
      if (bytes.length < length && offset > 0) throw cut();
      const etag = answer.headers.get('etag');
      return { data: bytes.buffer as ArrayBuffer, ...(etag && !etag.startsWith('W/') ? { etag } : {}) };
    },
  };
  const file = new PMTiles(source, new ResolvedValueCache(100, false, unpack), unpack);
  const header = await file.getHeader().catch((error: unknown) => {
    if (error instanceof PackProblem || signal.aborted) throw error;
    throw new PackProblem('This is not a PMTiles file of version 3. Check the address in the settings.', {
      cause: error,
    });
  });
  return {
    maxZoom: header.maxZoom,
    atOnce: 6,
    isPaced: false,
    async tile({ z, x, y }) {
      if (z < header.minZoom) return null;
      const found = await file.getZxy(z, x, y, signal).catch((error: unknown) => {
        if (error instanceof PackProblem || signal.aborted) throw error;
        throw new PackProblem('The PMTiles file is damaged or has changed. Download the map again.', {
          cause: error,
        });
      });
      if (!found) return null;
      const bytes = new Uint8Array(found.data);
      if (bytes.length > 4 * MOST_TILE_BYTES) throw tooLarge();
      // MBTiles keeps vector tiles gzipped.
      return header.tileType === 1 ? new Uint8Array(await promisify(gzip)(bytes)) : bytes;
    },
  };
}

const cut = () =>
  new PackProblem('The PMTiles file ends before a part that it names: it is incomplete. Put a complete file there.');
const tooLarge = () =>
  new PackProblem(
    `A tile is larger than ${MOST_TILE_BYTES / 1_000_000} MB. This map is not made for screens. Choose another.`,
  );

async function unpack(bytes: ArrayBuffer, compression: Compression): Promise<ArrayBuffer> {
  if (compression === Compression.None || compression === Compression.Unknown) return bytes;
  if (compression !== Compression.Gzip)
    throw new PackProblem('The PMTiles file uses an unknown compression. Use gzip.');
  const whole = await promisify(gunzip)(Buffer.from(bytes), { maxOutputLength: 2 * MOST_DIRECTORY_BYTES });
  return whole.buffer.slice(whole.byteOffset, whole.byteOffset + whole.byteLength) as ArrayBuffer;
}

async function ask(
  connect: Connect,
  url: string,
  headers: Record<string, string>,
  signal: AbortSignal,
  patienceMs: number,
): Promise<Response> {
  try {
    return await connect(url, {
      headers: { 'user-agent': USER_AGENT, ...headers },
      signal: AbortSignal.any([signal, AbortSignal.timeout(patienceMs)]),
    });
  } catch (error) {
    if (signal.aborted) throw signal.reason;
    if (error instanceof ForbiddenAddress) throw new PackProblem(error.message);
    throw new PackProblem('The server of the map doesn’t answer. Check the network, and resume later.', {
      passes: true,
      cause: error,
    });
  }
}

async function refusedBy(answer: Response): Promise<PackProblem> {
  await answer.body?.cancel();
  const { status } = answer;
  if (status === 401 || status === 403)
    return new PackProblem(
      `The server refuses to send tiles (${status}). Check the address in the settings, and its key.`,
    );
  if (status >= 300 && status < 400)
    return new PackProblem(`The server sends to another address (${status}). Put that one into the settings.`);
  if (status === 404) return new PackProblem('There is no file at this address (404). Check it in the settings.');
  const passes = status === 429 || status >= 500;
  return new PackProblem(
    status === 429
      ? 'The server says that this is too much at once (429). Resume later.'
      : `The server answers with status ${status}. Resume later.`,
    { passes },
  );
}

/** The body, given up once it is larger than it may be or takes too long. */
async function readBounded(answer: Response, most: number): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  let size = 0;
  try {
    for await (const piece of answer.body ?? []) {
      size += piece.length;
      if (size > most) throw tooLarge();
      pieces.push(piece);
    }
  } catch (error) {
    if (error instanceof PackProblem) throw error;
    throw new PackProblem('The server of the map stopped in the middle of an answer. Resume later.', {
      passes: true,
      cause: error,
    });
  }
  const bytes = new Uint8Array(size);
  let at = 0;
  for (const piece of pieces) {
    bytes.set(piece, at);
    at += piece.length;
  }
  return bytes;
}
