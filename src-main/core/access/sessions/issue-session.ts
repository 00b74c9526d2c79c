import type { Session } from '../../../../src-shared/contract/auth.ts';
import type { Role } from '../../../../src-shared/contract/roles.ts';
import { storableText } from '../../../../src-shared/domain/storable-text.ts';
import type { RandomBytes } from '../../keys/envelope.ts';
import type { Transaction } from '../../platform/db/queryable.ts';
import type { RequestContext } from '../../platform/http/handler.ts';
import type { UserPrincipal } from '../../platform/http/principal.ts';
import { newSessionToken, sessionCookie } from '../../platform/http/session-token.ts';
import { insertSession, type SessionOrigin } from './sessions-store.ts';

/** A session as the contract shows it. */
export const sessionOf = (principal: Omit<UserPrincipal, 'credential' | 'party'>, expiresAt: Date): Session => ({
  user: {
    id: principal.userId,
    username: principal.username,
    displayName: principal.displayName,
    role: principal.role,
    client: principal.client,
  },
  mustChangePassword: principal.mustChangePassword,
  expiresAt: expiresAt.toISOString(),
});

export interface SessionUser {
  id: number;
  username: string;
  displayName: string;
  role: Role;
  clientId: number | null;
  clientName: string | null;
  mustChangePassword: boolean;
}

export interface IssuedSession {
  token: string;
  maxAgeSeconds: number;
  session: Session;
}

/** Stores a new session in the transaction. The token is for `giveSession`, and is kept nowhere. */
export async function issueSession(
  tx: Transaction,
  deps: { config: { readonly sessionMaxHours: number }; randomBytes: RandomBytes },
  user: SessionUser,
  about: { now: Date } & SessionOrigin,
): Promise<IssuedSession> {
  const { token, tokenHash } = newSessionToken(deps.randomBytes);
  const maxAgeSeconds = deps.config.sessionMaxHours * 3600;
  const expiresAt = new Date(about.now.getTime() + maxAgeSeconds * 1000);
  const userAgent = storableText(about.userAgent, 300);
  await insertSession(tx, { ...about, tokenHash, userId: user.id, expiresAt, userAgent });
  const client = user.clientId === null ? null : { id: user.clientId, name: user.clientName ?? '' };
  const { id: userId, username, displayName, role, mustChangePassword } = user;
  return {
    token,
    maxAgeSeconds,
    session: sessionOf({ userId, username, displayName, role, client, mustChangePassword }, expiresAt),
  };
}

/** Sets the cookie of the session, after its transaction has committed. */
export function giveSession(context: RequestContext, issued: IssuedSession): Session {
  context.responseHeaders.append('set-cookie', sessionCookie(context.request, issued.token, issued.maxAgeSeconds));
  return issued.session;
}
