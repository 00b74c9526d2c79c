import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { type Asked, failed, networkFailure, redirectFailure, statusFailure } from './failures.ts';
import type { FailedAnswer } from './source.ts';

/** More than any answer seen: 290 keys of 7 days are a few megabytes. */
const MAX_ANSWER_BYTES = 64 * 1024 * 1024;
const MAX_RETRY_AFTER_MS = 24 * 3_600_000;

export interface JsonRequest {
  fetch: typeof globalThis.fetch;
  url: string;
  method: 'GET' | 'POST';
  headers: Record<string, string>;
  body?: unknown;
  signal: AbortSignal;
  now: () => Date;
  /** Who is asked: what to do about a failure depends on it. */
  asked: Asked;
}

/** Sends a request and reads JSON. `undefined` stands for a 200 with an empty body. Never rejects. */
export async function requestJson(request: JsonRequest): Promise<{ kind: 'json'; value: unknown } | FailedAnswer> {
  const { asked } = request;
  if (hasLogin(request.url)) {
    const message =
      'The address holds a user name or password. Enter the address without them, and the login in its own fields.';
    return failed('bad-answer', message);
  }
  try {
    const response = await request.fetch(request.url, {
      method: request.method,
      headers: {
        accept: 'application/json',
        ...(request.body === undefined ? {} : { 'content-type': 'application/json' }),
        ...request.headers,
      },
      ...(request.body === undefined ? {} : { body: JSON.stringify(request.body) }),
      redirect: 'manual',
      signal: request.signal,
    });
    if (response.status !== 200) {
      await response.body?.cancel();
      if (response.status >= 300 && response.status < 400) return redirectFailure(response, request.url);
      return statusFailure(response.status, asked, retryAfterMs(response.headers.get('retry-after'), request.now()));
    }
    const text = await readText(response);
    if (text === null) return failed('bad-answer', 'The answer is far too large and was not read.', 200);
    if (text.trim() === '') return { kind: 'json', value: undefined };
    try {
      return { kind: 'json', value: JSON.parse(text) as unknown };
    } catch {
      const page = text.trimStart().startsWith('<');
      const what = page
        ? 'The answer is a web page, not JSON: something else answers at this address'
        : 'The answer is not JSON';
      return failed('bad-answer', `${what}. Check the address.`, 200);
    }
  } catch (error) {
    return networkFailure(error, asked, request.signal);
  }
}

const unzip = promisify(gunzip);
/** Packed, though the answer's head doesn't say so. */
const isGzip = (bytes: Uint8Array) => bytes[0] === 0x1f && bytes[1] === 0x8b;

async function readText(response: Response): Promise<string | null> {
  if (!response.body) return '';
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of response.body) {
    length += chunk.length;
    // Leaving the loop cancels the rest of the body.
    if (length > MAX_ANSWER_BYTES) return null;
    chunks.push(chunk);
  }
  const bytes = Buffer.concat(chunks);
  const plain = isGzip(bytes) ? await unzip(bytes, { maxOutputLength: MAX_ANSWER_BYTES }).catch(() => bytes) : bytes;
  // It drops a byte-order mark, which JSON.parse would refuse.
  return new TextDecoder().decode(plain);
}

/** Retry-After as RFC 9110 has it: seconds, or a date. Null when it is absent or makes no sense; at most a day. */
export function retryAfterMs(header: string | null, now: Date): number | null {
  if (header === null) return null;
  const text = header.trim();
  const ms = /^\d+$/.test(text) ? Number(text) * 1000 : Date.parse(text) - now.getTime();
  if (!Number.isFinite(ms)) return null;
  return Math.min(MAX_RETRY_AFTER_MS, Math.max(0, ms));
}

/** Whether an address holds a user name or a password. */
const hasLogin = (address: string): boolean => {
  const url = URL.canParse(address) ? new URL(address) : null;
  return url !== null && url.username + url.password !== '';
};

/** HTTP Basic. */
export const basicAuthorization = (user: string, password: string) =>
  `Basic ${Buffer.from(`${user}:${password}`, 'utf8').toString('base64')}`;
