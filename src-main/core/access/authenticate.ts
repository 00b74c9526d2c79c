import { type Database, quickly } from '../platform/db/queryable.ts';
import { AppError } from '../platform/errors.ts';
import { apiTokenHash } from '../platform/http/api-token.ts';
import type { Principal, SessionPrincipal } from '../platform/http/principal.ts';
import { sessionTokenHash } from '../platform/http/session-token.ts';
import { attemptCounter } from './attempts-store.ts';
import { findSession, type SessionRow } from './sessions/sessions-store.ts';
import type { SignInCopy } from './sign-in-copy.ts';
import { findApiToken } from './tokens/api-token-use-store.ts';
import { type TokenGuesses, tokenGuesses } from './tokens/token-guesses.ts';

export interface AuthenticateDeps {
  readonly db: Database;
  readonly now: () => Date;
  readonly config: { readonly sessionIdleHours: number };
  /** Null on a console without a workstation to remember sessions. */
  readonly signInCopy: SignInCopy | null;
}

/**
 * The principal of a request, read from the database now, by its API token or its session; null if it carries neither.
 * A request with an API token is judged by that token alone. Throws AppError `not-authenticated` for a token that opens
 * nothing, `too-many-requests` for an address that guesses. While the central database is out of reach, sessions go on
 * as this workstation remembers them; API tokens wait.
 */
export type Authenticate = (request: { headers: Headers; url: string; address: string }) => Promise<Principal | null>;

export function createAuthenticate(deps: AuthenticateDeps): Authenticate {
  const guesses = tokenGuesses(attemptCounter(deps.db));
  return async (request) => {
    const apiToken = apiTokenHash(request.headers);
    if (apiToken) return byApiToken(deps, guesses, apiToken, request.address);
    const tokenHash = sessionTokenHash(request);
    if (!tokenHash) return null;
    return deps.signInCopy ? anywhere(deps, deps.signInCopy, tokenHash) : centralPrincipal(deps, tokenHash);
  };
}

async function anywhere(deps: AuthenticateDeps, copy: SignInCopy, tokenHash: Uint8Array) {
  const { sessionIdleHours } = deps.config;
  if (copy.isCutOff()) return copy.principalOf(tokenHash, sessionIdleHours, false);
  try {
    const principal = await copy.guarded(() => centralPrincipal(deps, tokenHash), true);
    if (principal) {
      copy.rememberSession(principal);
      return principal;
    }
    // Begun while cut off, and not told yet.
    const untold = copy.principalOf(tokenHash, sessionIdleHours, true);
    if (!untold) copy.endSession(tokenHash);
    return untold;
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'unavailable' || !copy.isCutOff()) throw error;
    return copy.principalOf(tokenHash, sessionIdleHours, false);
  }
}

async function centralPrincipal(deps: AuthenticateDeps, tokenHash: Uint8Array): Promise<SessionPrincipal | null> {
  const row = await findSession(quickly(deps.db), tokenHash, deps.now(), deps.config.sessionIdleHours);
  if (!row) return null;
  return { ...userOf(row), credential: { kind: 'session', id: row.id, tokenHash, expiresAt: row.expiresAt } };
}

async function byApiToken(
  deps: AuthenticateDeps,
  guesses: TokenGuesses,
  tokenHash: Uint8Array,
  address: string,
): Promise<Principal> {
  const now = deps.now();
  const row = await findApiToken(quickly(deps.db), tokenHash, now);
  if (!row) {
    await guesses.fail(address, tokenHash, now.getTime());
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
