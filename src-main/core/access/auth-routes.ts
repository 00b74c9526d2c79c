import type { Core } from '../app/core.ts';
import { invalid } from '../platform/db/conflicts.ts';
import { systemScope } from '../platform/db/queryable.ts';
import type { Handlers, RequestContext } from '../platform/http/handler.ts';
import { requirePrincipal, requireSession } from '../platform/http/principal.ts';
import { createFirstAdministrator } from './first-administrator.ts';
import { createLogin, type Login } from './login.ts';
import { hashPassword } from './passwords.ts';
import { reauthenticate } from './re-authentication.ts';
import { giveSession, issueSession, sessionOf } from './sessions/issue-session.ts';
import { sessionCookie } from './sessions/session-token.ts';
import { deleteSession, deleteSessionsOf } from './sessions/sessions-store.ts';
import { userHandlers } from './users/users-routes.ts';
import { anyUserExists, updateUser } from './users/users-store.ts';

const userAgentOf = (context: RequestContext) => context.request.headers.get('user-agent') ?? '';

/** Failures are counted on this console. */
const logins = new WeakMap<Core, Login>();
function loginOf(core: Core): Login {
  const found = logins.get(core) ?? createLogin();
  logins.set(core, found);
  return found;
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
        {
          id,
          username: body.username,
          displayName: body.displayName,
          role: 'admin',
          clientId: null,
          clientName: null,
          mustChangePassword: false,
        },
        { now, address: context.peerAddress, userAgent: userAgentOf(context), secondFactor: false },
      ),
    );
    return giveSession(context, issued);
  },

  async login(context, { body }) {
    const request = { ...body, address: context.peerAddress, userAgent: userAgentOf(context) };
    return giveSession(context, await loginOf(context.core)(context.core, request));
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
    const { core } = context;
    const { principal, session } = requireSession(context);
    await reauthenticate(context, body.currentPassword, 'currentPassword');
    if (body.newPassword === body.currentPassword)
      throw invalid('newPassword', 'Choose a password that differs from the current one.');
    const passwordHash = await hashPassword(body.newPassword);
    await core.db.transaction(systemScope, async (tx) => {
      await updateUser(tx, principal.userId, { passwordHash, mustChangePassword: false });
      await deleteSessionsOf(tx, principal.userId, session.tokenHash);
      await context.audit({ resourceType: 'user', resourceId: principal.userId }, tx);
    });
  },
} satisfies Partial<Handlers>;
