import type { ReportSource, ReportSourceKind, SourceFailure } from '../../../src-shared/contract/fetcher.ts';
import { createDataKey } from '../keys/data-keys.ts';
import type { RandomBytes } from '../keys/envelope.ts';
import type { Keyring } from '../keys/keyring.ts';
import { invalid } from '../platform/db/conflicts.ts';
import type { Database } from '../platform/db/queryable.ts';
import { AppError, notFound } from '../platform/errors.ts';
import { isPublicName } from '../platform/http/addresses.ts';
import { connectorOf, fetchBy } from '../platform/http/network-settings.ts';
import { askSource } from './ask-source.ts';
import { idsOf } from './asking/plan-ask.ts';
import { closedCircuit } from './circuit-breaker.ts';
import { sealCredentials } from './credentials.ts';
import { zeroTotals } from './fetch-states-store.ts';
import { beginTurn, endTurn, sourceExists } from './source-turns-store.ts';
import { sourceLimits } from './sources/index.ts';
import type { FetchAnswer, SourceCredentials } from './sources/source.ts';

interface KeyDeps {
  readonly db: Database;
  readonly keyring: Keyring;
  readonly randomBytes: RandomBytes;
  readonly now: () => Date;
}

/** Refuses credentials and addresses that a kind of source can't use. AppError `validation-failed` at the field. */
export function checkSource(
  kind: ReportSourceKind,
  source: { anisetteUrl: string | null; credentials: SourceCredentials | null; loginFile?: string | null | undefined },
): void {
  const login = source.credentials !== null && 'dsid' in source.credentials;
  if (kind === 'haystack') {
    if (login) throw invalid('credentials', 'A haystack endpoint takes a user name and a password.');
    if (source.loginFile) throw invalid('loginFile', 'Only Apple’s endpoints take an auth.json. Leave the path empty.');
    return;
  }
  if (source.anisetteUrl === null) throw invalid('anisetteUrl', 'Apple’s endpoints need an anisette server.');
  if (source.credentials !== null && !login) {
    throw invalid('credentials', 'Apple’s endpoints take the dsid and searchPartyToken of an auth.json.');
  }
}

const hrefOf = (address: string | null) =>
  address !== null && URL.canParse(address) ? new URL(address).href : address;

/**
 * Refuses to use a stored login with another address, or another anisette server, than it was entered for. The case of
 * a host name and an explicit default port don't make it another address. With a login file named anew the stored login
 * has to go, and is read from there again. Returns whether it has to. AppError `validation-failed`.
 */
export function checkLoginStays(
  before: Pick<ReportSource, 'kind' | 'url' | 'anisetteUrl' | 'hasCredentials' | 'loginFile'>,
  {
    url = before.url,
    anisetteUrl = before.anisetteUrl,
    loginFile,
  }: { url?: string | undefined; anisetteUrl?: string | null | undefined; loginFile?: string | null | undefined },
): boolean {
  if (!before.hasCredentials && before.loginFile === null) return false;
  const usesAnisette = before.kind !== 'haystack';
  const moved =
    hrefOf(url) !== hrefOf(before.url) || (usesAnisette && hrefOf(anisetteUrl) !== hrefOf(before.anisetteUrl));
  if (!moved) return false;
  if (loginFile) return true;
  throw invalid(
    'credentials',
    'The stored login belongs to the old addresses. Enter the login again for the new ones, or remove it.',
  );
}

/**
 * Makes a function that seals credentials for a source under a data key of their own. Call it before a transaction is
 * opened: the embedded engine has one session. AppError `not-enrolled` or `key-locked`.
 */
export async function credentialSealer(deps: KeyDeps, credentials: SourceCredentials) {
  const dataKey = await createDataKey(deps.db, deps.keyring, deps);
  return (sourceId: number) => {
    const sealed = sealCredentials(dataKey.key, sourceId, credentials, deps.randomBytes);
    dataKey.key.fill(0);
    return { credentials: sealed, dataKeyId: dataKey.id };
  };
}

export interface SourceVerdict {
  ok: boolean;
  reason: SourceFailure | null;
  message: string;
  /** HTTP status, where there was an answer. */
  status: number | null;
  durationMs: number;
}

const TEST_TIMEOUT_MS = 20_000;
const DAY_MS = 86_400_000;

/**
 * Asks a source once for a key that nobody has, whatever its pause, and says how it went. Here too an account gets only
 * one request at a time. AppError `not-found`.
 */
export async function testSource(deps: KeyDeps, sourceId: number, signal: AbortSignal): Promise<SourceVerdict> {
  const now = deps.now();
  const busyUntil = new Date(now.getTime() + 2 * TEST_TIMEOUT_MS);
  const turn = await beginTurn(deps.db, sourceId, { now, busyUntil, trial: true });
  if (!turn) {
    if (!(await sourceExists(deps.db, sourceId))) throw notFound('report source', sourceId);
    const message = 'The source is being asked right now. Try again in a few seconds.';
    return { ok: false, reason: 'busy', message, status: null, durationMs: 0 };
  }
  const { source } = turn;
  const started = performance.now();
  const nobody = Buffer.from(deps.randomBytes(32)).toString('base64');
  const window = { from: now.getTime() - DAY_MS, to: now.getTime() };
  const asking = {
    db: deps.db,
    fetch: fetchBy(connectorOf(deps.db)),
    now: deps.now,
    requestTimeoutMs: TEST_TIMEOUT_MS,
  };
  const answer = await askSource(asking, deps.keyring, source, [nobody], window, signal).catch((error: unknown) => {
    if (error instanceof AppError) return { kind: 'broken', message: error.message } as const;
    throw error;
  });
  const durationMs = Math.round(performance.now() - started);
  const said = verdict(answer, source);
  const { ok, message } = said;
  const { circuit, consecutiveFailures, pausedUntil } = source;
  const paused = pausedUntil !== null && pausedUntil > now;
  await endTurn(
    deps.db,
    turn,
    {
      circuit: ok ? closedCircuit : { circuit: paused ? 'open' : circuit, consecutiveFailures, pausedUntil },
      known: source.known,
      ids: idsOf(source.known, Math.min(source.maxBatchSize, sourceLimits(source.kind).maxKeys)),
      error: ok ? null : message,
      login: ok && source.credentials !== null ? 'worked' : null,
      saturated: false,
      totals: { ...zeroTotals, requests: 1 },
    },
    deps.now(),
  );
  return { ...said, durationMs };
}

/** What the answer of something that is no source may tell: nothing, or the test would tell which ports are open. */
const tellsPorts = new Set<SourceFailure>(['network', 'timeout', 'bad-answer', 'server-error']);
const NO_SOURCE =
  'No report source answers at this address. Check the address and port, and that the service is running.';
const NO_ANISETTE = 'No anisette server answers at its address. Check the address and port, and that it is running.';
const isWithin = (address: string | null) => address !== null && !isPublicName(new URL(address).hostname);

function verdict(
  answer: FetchAnswer | { kind: 'broken'; message: string },
  source: { url: string; anisetteUrl: string | null },
): Omit<SourceVerdict, 'durationMs'> {
  if (answer.kind === 'broken') return { ok: false, reason: 'keys-locked', message: answer.message, status: null };
  if (answer.kind === 'failed') {
    const { reason, message, status } = answer;
    if (tellsPorts.has(reason) && isWithin(source.url) && !(answer.forbidden ?? false))
      return { ok: false, reason: 'network', message: NO_SOURCE, status: null };
    if (reason === 'anisette' && isWithin(source.anisetteUrl) && !(answer.forbidden ?? false))
      return { ok: false, reason, message: NO_ANISETTE, status: null };
    return { ok: false, reason, message, status };
  }
  const message =
    answer.kind === 'reports'
      ? 'The source answers and accepts the login.'
      : 'The source accepts the login, but answered with an empty body. That happens at random; try again.';
  return { ok: true, reason: null, message, status: 200 };
}
