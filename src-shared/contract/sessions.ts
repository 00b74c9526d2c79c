import { z } from 'zod';
import { flag, id, instant, page, pageQuery, params, reference } from './common.ts';
import { everyone } from './roles.ts';
import { json, nothing, route } from './route.ts';

const openSessionSchema = z.object({
  id,
  user: reference,
  /** The session of this request. */
  current: z.boolean(),
  createdAt: instant,
  /** Lags by up to a minute. */
  lastSeenAt: instant,
  /** When it ends at the latest. An idle session ends earlier. */
  expiresAt: instant,
  address: z.string(),
  userAgent: z.string(),
  secondFactor: z.boolean(),
});
export type OpenSession = z.infer<typeof openSessionSchema>;

export const sessionRoutes = {
  listSessions: route({
    method: 'GET',
    path: '/sessions',
    summary: 'Live sessions of the asking user, last used first; of everybody with `all=true`, for administrators',
    tag: 'auth',
    access: everyone,
    query: pageQuery.extend({ all: flag.optional() }),
    output: json(page(openSessionSchema)),
    status: 200,
    idempotent: true,
    audited: null,
    sessionOnly: true,
  }),
  revokeSession: route({
    method: 'DELETE',
    path: '/sessions/{sessionId}',
    summary: 'End a session of one’s own at once; of anybody, for administrators',
    tag: 'auth',
    access: everyone,
    params: params.session,
    output: nothing,
    status: 204,
    idempotent: true,
    audited: 'session.revoke',
    sessionOnly: true,
  }),
};
