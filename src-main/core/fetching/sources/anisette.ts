import { createHash } from 'node:crypto';
import { z } from 'zod';
import { failed } from './failures.ts';
import { requestJson } from './http.ts';
import type { FailedAnswer, SourceDeps } from './source.ts';

/** Printable ASCII: what an HTTP header may carry. */
const headerValue = z
  .union([z.string(), z.number()])
  .transform(String)
  .pipe(z.string().regex(/^[\x20-\x7e]{1,2000}$/));
const answerSchema = z.object({ 'X-Apple-I-MD': headerValue, 'X-Apple-I-MD-M': headerValue }).loose();

/** Headers that an anisette server may decide; anything else in its answer is not passed on. */
const passedOn = [
  'X-Apple-I-MD-LU',
  'X-Apple-I-MD-RINFO',
  'X-Apple-I-Client-Time',
  'X-Apple-I-TimeZone',
  'X-Apple-Locale',
  'X-Mme-Device-Id',
  'X-Apple-I-SRL-NO',
] as const;

/**
 * The headers of one request to Apple. The one-time password among them lives for seconds, so they are fetched anew
 * for each request: GET / of an anisette-v3 server. What the server leaves out is filled in here
 * (docs/find-my.md#apples-endpoints).
 */
export async function anisetteHeaders(
  url: string,
  account: string,
  deps: SourceDeps,
  signal: AbortSignal,
): Promise<{ kind: 'headers'; headers: Record<string, string> } | FailedAnswer> {
  const answer = await requestJson({
    ...deps,
    url,
    method: 'GET',
    headers: {},
    signal,
    asked: { who: 'anisette', hasLogin: false },
  });
  if (answer.kind === 'failed') {
    if (answer.reason === 'stopped') return answer;
    return { ...answer, reason: 'anisette', message: `The anisette server failed. ${answer.message}`, spurious: false };
  }
  const parsed = answerSchema.safeParse(answer.value);
  if (!parsed.success) {
    return failed('anisette', 'The anisette server’s answer lacks X-Apple-I-MD or X-Apple-I-MD-M. Check its address.');
  }
  const headers: Record<string, string> = {
    ...defaultHeaders(account, deps.now()),
    'X-Apple-I-MD': parsed.data['X-Apple-I-MD'],
    'X-Apple-I-MD-M': parsed.data['X-Apple-I-MD-M'],
  };
  for (const [name, value] of Object.entries(parsed.data)) {
    const known = passedOn.find((header) => header.toLowerCase() === name.toLowerCase());
    const checked = headerValue.safeParse(value);
    if (known && checked.success) headers[known] = checked.data;
  }
  return { kind: 'headers', headers };
}

/** User and device stay the same for an account, as they would on one machine. */
function defaultHeaders(account: string, now: Date): Record<string, string> {
  const hash = createHash('sha256').update(`tracker console:${account}`).digest('hex').toUpperCase();
  const device = [hash.slice(0, 8), hash.slice(8, 12), hash.slice(12, 16), hash.slice(16, 20), hash.slice(20, 32)];
  return {
    'X-Apple-I-MD-LU': hash,
    'X-Apple-I-MD-RINFO': '17106176',
    'X-Apple-I-Client-Time': now.toISOString().replace(/\.\d+Z$/, 'Z'),
    'X-Apple-I-TimeZone': 'UTC',
    'X-Apple-Locale': 'en_US',
    'X-Mme-Device-Id': device.join('-'),
    'X-Apple-I-SRL-NO': '0',
  };
}
