import type { Core } from '../app/core.ts';
import { cachedPrincipal, endCachedSession, rememberSession } from '../offline/people.ts';
import { AppError } from '../platform/errors.ts';
import type { Principal, SessionPrincipal } from '../platform/http/principal.ts';
import { sessionTokenHash } from './sessions/session-token.ts';
import { findSession, type SessionRow } from './sessions/sessions-store.ts';
import { apiTokenHash } from './tokens/api-token.ts';
import { findApiToken } from './tokens/api-token-use-store.ts';
import { type TokenGuesses, tokenGuesses } from './tokens/token-guesses.ts';

const guesses = new WeakMap<Core, TokenGuesses>();
function guessesOf(core: Core): TokenGuesses {
  const found = guesses.get(core) ?? tokenGuesses();
  guesses.set(core, found);
  return found;
}

/**
 * The principal of a request, read from the database now, by its API token or its session; null without either. A
 * request with an API token is judged by that alone. Throws AppError `not-authenticated` for a token that opens
 * nothing, `too-many-requests` for an address that guesses. While the central database is out of reach, sessions go on
 * as this workstation remembers them; API tokens wait.
 */
export async function authenticate(core: Core, headers: Headers, address: string): Promise<Principal | null> {
  const apiToken = apiTokenHash(headers);
  if (apiToken) return byApiToken(core, apiToken, address);
  const tokenHash = sessionTokenHash(headers);
  if (!tokenHash) return null;
  const { workstation } = core;
  if (!workstation) return centralPrincipal(core, tokenHash);
  const cached = (offlineOnly: boolean) =>
    cachedPrincipal(workstation, tokenHash, core.config.sessionIdleHours, offlineOnly);
  if (workstation.link.state() === 'offline') return cached(false);
  try {
    const principal = await workstation.link.guarded(() => centralPrincipal(core, tokenHash), true);
    if (principal) {
      rememberSession(workstation, principal);
      return principal;
    }
    // Begun while cut off, and not told yet.
    const untold = cached(true);
    if (!untold) endCachedSession(workstation, tokenHash);
    return untold;
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'unavailable' || workstation.link.state() !== 'offline')
      throw error;
    return cached(false);
  }
}

async function centralPrincipal(core: Core, tokenHash: Uint8Array): Promise<SessionPrincipal | null> {
  const row = await findSession(core.db, tokenHash, core.now(), core.config.sessionIdleHours);
  if (!row) return null;
  return { ...userOf(row), credential: { kind: 'session', id: row.id, tokenHash, expiresAt: row.expiresAt } };
}

async function byApiToken(core: Core, tokenHash: Uint8Array, address: string): Promise<Principal> {
  const now = core.now();
  guessesOf(core).check(address, now.getTime());
  const row = await findApiToken(core.db, tokenHash, now);
  if (!row) {
    guessesOf(core).fail(address, tokenHash, now.getTime());
    throw new AppError('not-authenticated', 'This API token is unknown, expired or revoked. Make a new one.');
  }
  const { id, scopes, expiresAt, owner } = row;
  const credential = { kind: 'token', id, scopes, expiresAt } as const;
  if ('userId' in owner) return { ...userOf(owner), credential };
  return {
    userId: null,
    username: `manufacturer ${owner.name}`,
    displayName: owner.name,
    role: 'manufacturer',
    client: null,
    party: { kind: 'manufacturer', id: owner.manufacturerId },
    credential,
  };
}

type UserRow = Omit<SessionRow, 'id' | 'expiresAt'>;

const userOf = ({ userId, username, displayName, role, clientId, clientName, mustChangePassword }: UserRow) => ({
  userId,
  username,
  displayName,
  role,
  mustChangePassword,
  client: clientId === null ? null : { id: clientId, name: clientName ?? '' },
  party: null,
});
