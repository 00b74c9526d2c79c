import { AppError } from '../platform/errors.ts';
import { type Connect, ForbiddenAddress } from '../platform/http/connector.ts';
import type { FilePart } from './map-files.ts';

/** A PMTiles reader asks for directories and tiles: some megabytes at once are more than any. */
const MOST_PART_BYTES = 16_000_000;
const TIMEOUT_MS = 20_000;

const failed = (message: string) => new AppError('source-failed', message);

/**
 * The part of a remote file that a `Range` header asks for, passed on as it comes and not read here. Browsers ask the
 * console and not the address, so that it learns nothing of them. Throws AppError `source-failed`.
 */
export async function remotePart(
  connect: Connect,
  url: string,
  range: string | null,
  signal: AbortSignal,
): Promise<FilePart> {
  const [, start, end] = /^bytes=(\d{1,15})-(\d{1,15})$/.exec(range ?? '') ?? [];
  if (start === undefined || Number(end) - Number(start) >= MOST_PART_BYTES || Number(end) < Number(start))
    throw new AppError('bad-request', 'Ask for a part of the file, as a reader of PMTiles does.');
  const answer = await connect(url, {
    headers: { range: `bytes=${start}-${end}`, 'user-agent': 'tracker-lifecycle-console' },
    signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]),
  }).catch((error: unknown) => {
    throw failed(error instanceof ForbiddenAddress ? error.message : 'The server of the map doesn’t answer.');
  });
  if (answer.status !== 206 || !answer.body) {
    await answer.body?.cancel();
    throw failed(
      answer.status === 200
        ? 'The server of the map sends the whole file instead of parts. It must support range requests.'
        : `The server of the map answers with status ${answer.status}.`,
    );
  }
  const headers: Record<string, string> = { 'accept-ranges': 'bytes' };
  for (const name of ['content-range', 'content-length', 'etag']) {
    const value = answer.headers.get(name);
    if (value !== null) headers[name] = value;
  }
  return { status: 206, headers, body: bounded(answer.body, Number(end) - Number(start) + 1) };
}

/** Ends with an error where more comes than was asked for. */
function bounded(body: ReadableStream<Uint8Array>, most: number): ReadableStream<Uint8Array> {
  let size = 0;
  return body.pipeThrough(
    new TransformStream({
      transform(piece: Uint8Array, controller) {
        size += piece.length;
        if (size > most) controller.error(new Error('more came than was asked for'));
        else controller.enqueue(piece);
      },
    }),
  );
}
