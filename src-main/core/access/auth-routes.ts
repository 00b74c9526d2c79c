import { invalid } from '../platform/db/conflicts.ts';
import { systemScope } from '../platform/db/queryable.ts';
import type { Handlers, RequestContext } from '../platform/http/handler.ts';
import { requirePrincipal, requireSession } from '../platform/http/principal.ts';
import { sessionCookie } from '../platform/http/session-token.ts';
import { createFirstAdministrator } from './first-administrator.ts';
import { createLogin, type LoginDeps } from './login.ts';
import { hashPassword } from './passwords.ts';
import { giveSession, issueSession, sessionOf } from './sessions/issue-session.ts';
import { deleteSession, deleteSessionsOf } from './sessions/sessions-store.ts';
import { userHandlers } from './users/users-routes.ts';
import { anyUserExists, updateUser } from './users/users-store.ts';

const userAgentOf = (context: RequestContext) => context.request.headers.get('user-agent') ?? '';

export const authHandlers = (deps: LoginDeps) => {
  const login = createLogin(deps);
  return {
    ...userHandlers,

    getSetup: async ({ tx }) => ({ required: !(await anyUserExists(tx)) }),

    async createFirstAdministrator(context, { body }) {
      const { now } = context;
      const issued = await createFirstAdministrator(deps.db, body, now, (tx, id) =>
        issueSession(
          tx,
          deps,
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
      return giveSession(context, await login(request));
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
      const { principal, session } = requireSession(context);
      if (body.newPassword === body.currentPassword)
        throw invalid('newPassword', 'Choose a password that differs from the current one.');
      const passwordHash = await hashPassword(body.newPassword);
      await deps.db.transaction(systemScope, async (tx) => {
        await updateUser(tx, principal.userId, { passwordHash, mustChangePassword: false });
        await deleteSessionsOf(tx, principal.userId, session.tokenHash);
        await context.audit({ resourceType: 'user', resourceId: principal.userId }, tx);
      });
    },
  } satisfies Partial<Handlers>;
};
