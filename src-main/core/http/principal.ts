import type { Scope } from '../db/queryable.ts';
import { AppError } from '../errors.ts';
import type { Principal } from './handler.ts';

/** The principal of a route that needs a session; the router has made sure of it before the handler runs. */
export function requirePrincipal(context: { principal: Principal | null }): Principal {
  if (context.principal) return context.principal;
  throw new AppError('not-authenticated', 'Sign in first.');
}

/** The scope of a signed-in person's transactions: a client's user is confined to that client by row level security. */
export const userScope = (principal: Principal): Scope => ({
  kind: 'user',
  userId: principal.userId,
  clientId: principal.client?.id ?? null,
});
