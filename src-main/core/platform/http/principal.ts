import type { PartyRole, Role } from '../../../../src-shared/contract/roles.ts';
import type { Party, Scope } from '../db/queryable.ts';
import { AppError } from '../errors.ts';

/** What a request was authenticated with. */
export type Credential =
  | { kind: 'session'; id: number; tokenHash: Uint8Array; expiresAt: Date }
  | { kind: 'token'; id: number; scopes: readonly string[]; expiresAt: Date };

interface Caller {
  /** For a party, what the audit log calls it. */
  username: string;
  displayName: string;
  client: { id: number; name: string } | null;
  credential: Credential;
}
/** A user. Role and client are read from the database on every request. */
export interface UserPrincipal extends Caller {
  userId: number;
  role: Role;
  /** Only what is `beforeNewPassword` is open to their session. */
  mustChangePassword: boolean;
  party: null;
}
/** A party that is no user, by an API token of its own. */
export interface PartyPrincipal extends Caller {
  userId: null;
  role: PartyRole;
  party: Party;
}
/** A user with a session. */
export type SessionPrincipal = UserPrincipal & { credential: Extract<Credential, { kind: 'session' }> };
/** Who is asking. */
export type Principal = UserPrincipal | PartyPrincipal;

/** Whoever asks; the router has made sure of it before the handler of a route that is not public runs. */
export function requireCaller(context: { principal: Principal | null }): Principal {
  if (context.principal) return context.principal;
  throw new AppError('not-authenticated', 'Log in first.');
}

/** The user who asks, by session or API token. On routes that are open to parties, use `requireCaller`. */
export function requirePrincipal(context: { principal: Principal | null }): UserPrincipal {
  const caller = requireCaller(context);
  if (caller.userId !== null) return caller;
  throw new AppError('forbidden', 'Only a user can do this, not the token of another party.');
}

/** The user who asks, with the session: on routes that are `sessionOnly`. */
export function requireSession(context: { principal: Principal | null }): {
  principal: UserPrincipal;
  session: Extract<Credential, { kind: 'session' }>;
} {
  const principal = requirePrincipal(context);
  if (principal.credential.kind === 'session') return { principal, session: principal.credential };
  throw new AppError('forbidden', 'An API token can’t do this. Log in as a person.');
}

/** The scope of a caller's transactions: row level security confines a client's user to that client, a party to its own. */
export function scopeOfPrincipal(principal: Principal): Scope {
  if (principal.userId !== null)
    return { kind: 'user', userId: principal.userId, clientId: principal.client?.id ?? null };
  if (principal.credential.kind !== 'token') throw new Error('a party comes with a token');
  return { kind: 'party', party: principal.party, apiTokenId: principal.credential.id };
}
