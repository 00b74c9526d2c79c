import { sessionOf } from '../access/sessions/issue-session.ts';
import { requirePrincipal, requireSession } from '../platform/http/principal.ts';
import { sessionCookie } from '../platform/http/session-token.ts';
import type { OfflineRoutes } from './offline-route.ts';
import { endLocalSession, noteForAudit } from './people.ts';
import { type OfflineSignInDeps, signInOffline } from './sign-in.ts';

/** Signing in and out on what this workstation remembers. */
export const sessionRoutes = (deps: OfflineSignInDeps) =>
  ({
    // A console that can start while cut off had an administrator when it was last connected.
    getSetup: { answer: () => ({ required: false }), whileCatchingUp: false, repeatable: true },
    getSession: {
      answer: (context) => {
        const principal = requirePrincipal(context);
        return sessionOf(principal, principal.credential.expiresAt);
      },
      whileCatchingUp: false,
      repeatable: true,
    },
    login: {
      answer: async ({ workstation, request, peerAddress, responseHeaders }, { body }) => {
        const issued = await signInOffline(workstation, deps, { ...body, address: peerAddress });
        responseHeaders.append('set-cookie', sessionCookie(request, issued.token, issued.maxAgeSeconds));
        return issued.session;
      },
      whileCatchingUp: false,
      repeatable: false,
    },
    logout: {
      answer: (context) => {
        const { workstation, request, responseHeaders } = context;
        const { principal, session } = requireSession(context);
        workstation.store.write(() => {
          endLocalSession(workstation, session.tokenHash);
          noteForAudit(workstation, principal.userId, {
            username: principal.username,
            action: 'auth.logout',
            details: {},
            endsSession: Buffer.from(session.tokenHash).toString('hex'),
          });
        });
        responseHeaders.append('set-cookie', sessionCookie(request, null));
        return undefined;
      },
      whileCatchingUp: false,
      repeatable: true,
    },
  }) satisfies OfflineRoutes;
