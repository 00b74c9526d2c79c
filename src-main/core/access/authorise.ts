import type { RouteSpec } from '../../../src-shared/contract/route.ts';
import type { OperationId } from '../../../src-shared/contract/routes.ts';
import { scopesOf } from '../../../src-shared/contract/scopes.ts';
import { appendAudit } from '../audit/append-store.ts';
import { type Database, systemScope } from '../platform/db/queryable.ts';
import { AppError } from '../platform/errors.ts';
import type { Principal } from '../platform/http/principal.ts';
import type { Authenticate } from './authenticate.ts';
import type { SignInCopy } from './sign-in-copy.ts';

/**
 * Whether the route is open to whoever asks: by the role of the caller, and with an API token also by its scopes.
 * Returns the principal, null on public routes. A refusal is recorded. Throws AppError `not-authenticated`,
 * `forbidden`, `password-change-required` or `too-many-requests`.
 */
export type Authorise = (
  operation: OperationId,
  spec: RouteSpec,
  request: { headers: Headers; url: string; address: string },
) => Promise<Principal | null>;

export interface AuthoriseDeps {
  readonly authenticate: Authenticate;
  readonly db: Database;
  readonly now: () => Date;
  readonly signInCopy: SignInCopy | null;
}

export const createAuthorise =
  (deps: AuthoriseDeps): Authorise =>
  async (operation, spec, request) => {
    if (spec.access === 'public') return null;
    const principal = await deps.authenticate(request);
    if (!principal) throw new AppError('not-authenticated', 'Log in first: there is no session, or it has ended.');
    if (mustChooseFirst(spec, principal))
      throw new AppError('password-change-required', 'Choose a new password first: somebody else set the current one.');
    const refusal = refusalOf(spec, spec.access, principal);
    if (refusal === null) return principal;
    const { role, credential } = principal;
    const token = credential.kind === 'token' ? { apiTokenId: credential.id } : {};
    const { userId, username } = principal;
    const details = { operation, role, reason: refusal.reason, address: request.address, ...token };
    const entry = { username, action: 'access.denied', details };
    if (deps.signInCopy?.isCutOff()) deps.signInCopy.noteForAudit(userId, entry);
    else await deps.db.transaction(systemScope, (tx) => appendAudit(tx, { at: deps.now(), userId, ...entry }));
    throw new AppError('forbidden', refusal.sentence);
  };

const mustChooseFirst = (spec: RouteSpec, principal: Principal) =>
  principal.userId !== null && principal.mustChangePassword && !spec.beforeNewPassword;

function refusalOf(
  spec: RouteSpec,
  access: readonly string[],
  { role, credential }: Principal,
): { reason: 'role' | 'session only' | 'scope'; sentence: string } | null {
  if (!access.includes(role))
    return { reason: 'role', sentence: `Your role (${role}) does not allow this. Ask an administrator.` };
  if (credential.kind === 'session') return null;
  if (spec.sessionOnly) return { reason: 'session only', sentence: 'An API token can’t do this. Log in as a person.' };
  const needed = scopesOf(spec);
  if (credential.scopes.some((scope) => needed.includes(scope))) return null;
  return { reason: 'scope', sentence: `This API token lacks the scope for it. It needs ${needed.join(' or ')}.` };
}
