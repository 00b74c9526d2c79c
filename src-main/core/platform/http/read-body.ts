import type { Body, RouteSpec } from '../../../../src-shared/contract/route.ts';
import { AppError } from '../errors.ts';

/** JSON bodies are forms and short lists; what is larger comes as a stream. */
const MAX_JSON_BYTES = 1024 * 1024;

const mediaType = (request: Request) =>
  (request.headers.get('content-type') ?? '').split(';', 1)[0]!.trim().toLowerCase();

function checkType(request: Request, accepted: readonly string[]): void {
  if (accepted.includes(mediaType(request))) return;
  throw new AppError('unsupported-media-type', `Send the body as ${accepted.join(' or ')}.`);
}

const tooLarge = (maxBytes: number) =>
  new AppError('payload-too-large', `The body is larger than ${readableSize(maxBytes)}. Send it in parts.`);
const readableSize = (bytes: number) =>
  bytes >= 1024 * 1024 ? `${Math.floor(bytes / 1024 / 1024)} MB` : `${bytes} bytes`;

function checkLength(request: Request, maxBytes: number): void {
  const length = Number(request.headers.get('content-length') ?? 0);
  if (Number.isFinite(length) && length > maxBytes) throw tooLarge(maxBytes);
}

/** Passes bytes on and fails as soon as there are more than `maxBytes`, whatever Content-Length said. */
function limited(body: ReadableStream<Uint8Array>, maxBytes: number): ReadableStream<Uint8Array> {
  let seen = 0;
  return body.pipeThrough(
    new TransformStream<Uint8Array, Uint8Array>({
      transform(chunk, controller) {
        seen += chunk.byteLength;
        if (seen > maxBytes) controller.error(tooLarge(maxBytes));
        else controller.enqueue(chunk);
      },
    }),
  );
}

/** Forms are small: one that takes longer is meant to hold the connection. */
const JSON_BODY_MS = 30_000;

async function readText(request: Request, withinMs = JSON_BODY_MS): Promise<string> {
  checkLength(request, MAX_JSON_BYTES);
  if (!request.body) return '';
  const body = limited(request.body, MAX_JSON_BYTES);
  const slow = new AppError('bad-request', 'The body came too slowly. Check the connection, and send it again.');
  let timer: NodeJS.Timeout | undefined;
  const tooSlow = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(slow), withinMs);
  });
  return Promise.race([decoded(body), tooSlow]).finally(() => clearTimeout(timer));
}

async function decoded(body: ReadableStream<Uint8Array>): Promise<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let text = '';
  try {
    for await (const chunk of body) text += decoder.decode(chunk, { stream: true });
    return text + decoder.decode();
  } catch (error) {
    if (error instanceof AppError) throw error;
    throw new AppError('bad-request', 'The body is not UTF-8, or arrived incomplete.', { cause: error });
  }
}

/**
 * Reads the body that the route takes: the JSON value with its text, or the limited stream. A route without a body
 * takes none, or an empty JSON object. Throws AppError `unsupported-media-type`, `payload-too-large`, `bad-request`.
 */
export async function readBody(
  request: Request,
  spec: RouteSpec,
  jsonBodyMs?: number,
): Promise<{ value: unknown; stream: ReadableStream<Uint8Array> | null }> {
  const body = spec.body as Body<never> | undefined;
  if (body?.kind === 'stream') {
    checkType(request, body.contentTypes);
    checkLength(request, body.maxBytes);
    return { value: undefined, stream: request.body ? limited(request.body, body.maxBytes) : null };
  }
  if (!body && request.body === null) return { value: undefined, stream: null };
  const text = await readText(request, jsonBodyMs);
  if (!body && text === '') return { value: undefined, stream: null };
  checkType(request, ['application/json']);
  try {
    return { value: JSON.parse(text), stream: null };
  } catch {
    throw new AppError(
      'bad-request',
      text === '' ? 'The body is missing. Send a JSON object.' : 'The body is not JSON.',
    );
  }
}
