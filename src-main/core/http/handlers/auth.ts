import type { Core } from '../../core.ts';
import { systemScope } from '../../db/queryable.ts';
import { AppError } from '../../errors.ts';
import { deleteSession, deleteSessionsOf } from '../../repositories/sessions.ts';
import { anyUserExists, updateUser } from '../../repositories/users.ts';
import { findLogin } from '../../repositories/users-login.ts';
import { createFirstAdministrator } from '../../services/auth.ts';
import { createLogin, type Login } from '../../services/auth-login.ts';
import { hashPassword, passwordMatches } from '../../services/auth-passwords.ts';
import { giveSession, issueSession, sessionOf } from '../../services/auth-session.ts';
import { type FailureWindow, failureWindow } from '../../services/auth-throttle.ts';
import type { Handlers, RequestContext } from '../handler.ts';
import { requirePrincipal, requireSession } from '../principal.ts';
import { sessionCookie } from '../session-token.ts';
import { userHandlers } from './users.ts';

const userAgentOf = (context: RequestContext) => context.request.headers.get('user-agent') ?? '';

/** What is counted on this console: logins, and guesses at the current password by whoever holds a session. */
interface Counters {
  login: Login;
  passwordGuesses: FailureWindow;
}
const counters = new WeakMap<Core, Counters>();
function countersOf(core: Core): Counters {
  const found = counters.get(core);
  if (found) return found;
  // Ten guesses in ten minutes.
  const made = { login: createLogin(), passwordGuesses: failureWindow(10, 10 * 60_000) };
  counters.set(core, made);
  return made;
}

export const authHandlers = {
  ...userHandlers,

  getSetup: async ({ tx }) => ({ required: !(await anyUserExists(tx)) }),

  async createFirstAdministrator(context, { body }) {
    const { core, now } = context;
    const issued = await createFirstAdministrator(core.db, body, now, (tx, id) =>
      issueSession(
        tx,
        core,
        { id, username: body.username, displayName: body.displayName, role: 'admin', clientId: null, clientName: null },
        { now, userAgent: userAgentOf(context) },
      ),
    );
    return giveSession(context, issued);
  },

  async login(context, { body }) {
    const request = { ...body, address: context.peerAddress, userAgent: userAgentOf(context) };
    return giveSession(context, await countersOf(context.core).login(context.core, request));
  },

  async logout(context) {
    const { principal, session } = requireSession(context);
    await deleteSession(context.tx, session.tokenHash);
    context.responseHeaders.append('set-cookie', sessionCookie(context.request, null));
    await context.audit({ resourceType: 'user', resourceId: principal.userId });
  },

  getSession(context) {
    const principal = requirePrincipal(context);
    return sessionOf(principal, principal.credential.expiresAt);
  },

  async changePassword(context, { body }) {
    const { core, now } = context;
    const { principal, session } = requireSession(context);
    const { passwordGuesses } = countersOf(core);
    const key = String(principal.userId);
    const waits = passwordGuesses.waitMs(key, now.getTime());
    if (waits > 0) {
      throw new AppError('too-many-requests', 'Too many wrong passwords. Wait a few minutes and try again.', {
        retryAfterSeconds: waits / 1000,
      });
    }
    const user = await findLogin(core.db, principal.username);
    if (!(await passwordMatches(user?.passwordHash ?? null, body.currentPassword))) {
      passwordGuesses.fail(key, now.getTime());
      throw new AppError('validation-failed', 'The current password is wrong.', {
        fields: [{ path: 'currentPassword', message: 'This is not your current password.' }],
      });
    }
    const passwordHash = await hashPassword(body.newPassword);
    await core.db.transaction(systemScope, async (tx) => {
      await updateUser(tx, principal.userId, { passwordHash });
      await deleteSessionsOf(tx, principal.userId, session.tokenHash);
      await context.audit({ resourceType: 'user', resourceId: principal.userId }, tx);
    });
  },
} satisfies Partial<Handlers>;
