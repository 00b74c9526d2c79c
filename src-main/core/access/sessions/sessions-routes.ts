import { AppError } from '../../platform/errors.ts';
import type { Handlers } from '../../platform/http/handler.ts';
import { requireSession } from '../../platform/http/principal.ts';
import { endSession, listSessions } from './session-list-store.ts';

export interface SessionDeps {
  config: { readonly sessionIdleHours: number };
}

export const sessionHandlers = (deps: SessionDeps) =>
  ({
    listSessions(context, { query }) {
      const { principal, session } = requireSession(context);
      const { all, ...rest } = query;
      if (all && principal.role !== 'admin')
        throw new AppError('forbidden', 'Only an administrator may see everyone’s sessions.');
      const filter = { ...rest, now: context.now, idleHours: deps.config.sessionIdleHours };
      return listSessions(context.tx, {
        ...filter,
        currentId: session.id,
        ...(all ? {} : { userId: principal.userId }),
      });
    },

    async revokeSession(context, { params }) {
      const { principal } = requireSession(context);
      const ownOnly = principal.role === 'admin' ? undefined : principal.userId;
      const ended = await endSession(context.tx, params.sessionId, ownOnly);
      await context.audit({ resourceType: 'user', resourceId: ended.userId, details: { sessionId: params.sessionId } });
    },
  }) satisfies Partial<Handlers>;
