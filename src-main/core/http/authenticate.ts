import type { RouteSpec } from '../../../src-shared/contract/route.ts';
import type { OperationId } from '../../../src-shared/contract/routes.ts';
import type { Core } from '../core.ts';
import { systemScope } from '../db/queryable.ts';
import { AppError } from '../errors.ts';
import { appendAudit } from '../repositories/audit.ts';
import { findSession } from '../repositories/sessions.ts';
import type { Principal } from './handler.ts';
import { sessionTokenHash } from './session-token.ts';

/** The principal of a request, read from the database now; null without a live session. */
export async function authenticate(core: Core, headers: Headers): Promise<Principal | null> {
  const tokenHash = sessionTokenHash(headers);
  if (!tokenHash) return null;
  const row = await findSession(core.db, tokenHash, core.now(), core.config.sessionIdleHours);
  if (!row) return null;
  return {
    userId: row.userId,
    username: row.username,
    displayName: row.displayName,
    role: row.role,
    client: row.clientId === null ? null : { id: row.clientId, name: row.clientName ?? '' },
    sessionTokenHash: tokenHash,
    sessionExpiresAt: row.expiresAt,
  };
}

/**
 * Whether the route is open to whoever asks. Returns the principal, null on public routes. A refusal for the role is
 * recorded. Throws AppError `not-authenticated` or `forbidden`.
 */
export async function authorise(
  core: Core,
  operation: OperationId,
  spec: RouteSpec,
  headers: Headers,
): Promise<Principal | null> {
  if (spec.access === 'public') return null;
  const principal = await authenticate(core, headers);
  if (!principal) throw new AppError('not-authenticated', 'Sign in first: there is no session, or it has ended.');
  if (spec.access.includes(principal.role)) return principal;
  await core.db.transaction(systemScope, (tx) =>
    appendAudit(tx, {
      at: core.now(),
      userId: principal.userId,
      username: principal.username,
      action: 'access.denied',
      details: { operation, role: principal.role },
    }),
  );
  throw new AppError('forbidden', `Your role (${principal.role}) does not allow this. Ask an administrator.`);
}
