import type { KekHolder } from '../keys/data-keys.ts';
import { AppError } from '../platform/errors.ts';
import { openCredentials } from './credentials.ts';
import { type FetcherDeps, REQUEST_TIMEOUT_MS } from './fetcher-deps.ts';
import type { SourceRow } from './source-turns-store.ts';
import { failed } from './sources/failures.ts';
import { createSource } from './sources/index.ts';
import type { FetchAnswer, SourceCredentials } from './sources/source.ts';

/**
 * Trouble that is not the source's fault: the database doesn't answer, or the keys were locked or rotated meanwhile.
 */
export const isOwnTrouble = (error: unknown): boolean =>
  error instanceof AppError && ['unavailable', 'key-locked', 'not-enrolled'].includes(error.code);

/**
 * Asks a source once, with its credentials opened for this request. Rejects only with what `isOwnTrouble` recognises.
 */
export async function askSource(
  deps: Pick<FetcherDeps, 'db' | 'fetch' | 'now' | 'requestTimeoutMs'>,
  keys: KekHolder,
  source: SourceRow,
  ids: readonly string[],
  window: { from: number; to: number },
  signal: AbortSignal,
): Promise<FetchAnswer> {
  let credentials: SourceCredentials | null;
  try {
    credentials = await openCredentials(deps.db, keys, source);
  } catch (error) {
    if (error instanceof AppError && !isOwnTrouble(error)) return failed('credentials', error.message);
    throw error;
  }
  const timeoutMs = deps.requestTimeoutMs ?? REQUEST_TIMEOUT_MS;
  const entries = source.assumed.entries ?? source.known.entries;
  return createSource({ ...source, credentials, entries }, { fetch: deps.fetch, now: deps.now, timeoutMs }).fetch(ids, {
    startDate: new Date(window.from),
    endDate: new Date(window.to),
    signal,
  });
}
