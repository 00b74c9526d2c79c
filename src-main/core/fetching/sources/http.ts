import type { FailedAnswer, FailureReason } from './source.ts';

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
}

/** Sends a request and reads JSON. `undefined` stands for a 200 with an empty body. Never rejects. */
export async function requestJson(request: JsonRequest): Promise<{ kind: 'json'; value: unknown } | FailedAnswer> {
  try {
    const response = await request.fetch(request.url, {
      method: request.method,
      headers: {
        accept: 'application/json',
        ...(request.body === undefined ? {} : { 'content-type': 'application/json' }),
        ...request.headers,
      },
      ...(request.body === undefined ? {} : { body: JSON.stringify(request.body) }),
      redirect: 'error',
      signal: request.signal,
    });
    if (response.status !== 200) {
      await response.body?.cancel();
      return statusFailure(response.status, retryAfterMs(response.headers.get('retry-after'), request.now()));
    }
    const text = await readText(response);
    if (text === null)
      return failed('bad-answer', 'The answer is far larger than any known one; it was not read.', 200);
    if (text.trim() === '') return { kind: 'json', value: undefined };
    try {
      return { kind: 'json', value: JSON.parse(text) as unknown };
    } catch {
      return failed('bad-answer', 'The answer is not JSON. Check the address of the source.', 200);
    }
  } catch (error) {
    return networkFailure(error, request.signal);
  }
}

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
  return Buffer.concat(chunks).toString('utf8');
}

export function failed(
  reason: FailureReason,
  message: string,
  status: number | null = null,
  extra: { retryAfterMs?: number | null; spurious?: boolean } = {},
): FailedAnswer {
  const { retryAfterMs = null, spurious = false } = extra;
  return { kind: 'failed', reason, message, status, retryAfterMs, spurious };
}

/** What an HTTP status, or the status within Apple's answer, means (docs/find-my.md#apples-endpoints). */
export function statusFailure(status: number, retryAfterMs: number | null): FailedAnswer {
  if (status === 401 || status === 403 || status === 541) {
    const message = `The login was refused (${status}). Import a fresh auth.json, or check user name and password.`;
    return failed('login-expired', message, status, { retryAfterMs, spurious: status === 401 });
  }
  if (status === 429 || status === 503) {
    return failed('throttled', `The service asks to wait (${status}).`, status, { retryAfterMs });
  }
  if (status === 504) {
    const message = 'The endpoint can’t reach its anisette server (504). Check that it is running.';
    return failed('anisette', message, status, { retryAfterMs });
  }
  if (status >= 500) {
    const message = `The service failed (${status}). It is asked again later.`;
    return failed('server-error', message, status, { retryAfterMs, spurious: status === 500 });
  }
  return failed('bad-answer', `The service answered ${status}. Check the address of the source.`, status, {
    retryAfterMs,
  });
}

/** Retry-After as RFC 9110 has it: seconds, or a date. Null when it is absent or makes no sense; at most a day. */
export function retryAfterMs(header: string | null, now: Date): number | null {
  if (header === null) return null;
  const text = header.trim();
  const ms = /^\d+$/.test(text) ? Number(text) * 1000 : Date.parse(text) - now.getTime();
  if (!Number.isFinite(ms)) return null;
  return Math.min(MAX_RETRY_AFTER_MS, Math.max(0, ms));
}

function networkFailure(error: unknown, signal: AbortSignal): FailedAnswer {
  const reason: unknown = signal.aborted ? signal.reason : error;
  const name = reason instanceof Error ? reason.name : '';
  if (name === 'TimeoutError') return failed('timeout', 'The service did not answer in time.');
  if (signal.aborted) return failed('stopped', 'The console was stopped before the answer came.');
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const code = (cause as { code?: unknown } | null)?.code;
  const detail = typeof code === 'string' ? ` (${code})` : '';
  return failed('network', `The service can’t be reached${detail}. Check the address and the network.`);
}

/** HTTP Basic. */
export const basicAuthorization = (user: string, password: string) =>
  `Basic ${Buffer.from(`${user}:${password}`, 'utf8').toString('base64')}`;
