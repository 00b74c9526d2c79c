import { z } from 'zod';
import { flag, id, instant, name, page, pageQuery, params, reference } from './common.ts';
import { everyone } from './roles.ts';
import { json, nothing, route } from './route.ts';

/** The longest life of a token: whoever made it has to decide again within a year. */
export const MAX_TOKEN_DAYS = 366;

/** Only the form is checked here. Scopes that `scopes.ts` doesn't know are refused when a token is made. */
const scopes = z
  .array(
    z
      .string()
      .max(60)
      .regex(/^(read|write)(:[a-z-]+)?$/, 'Use scopes such as read, write:trackers.'),
  )
  .min(1, 'Choose at least one scope.')
  .max(60);

export const apiTokenSchema = z.object({
  id,
  name: z.string(),
  /** The first characters of the token, so that people can tell it from others. */
  prefix: z.string(),
  /** The user or manufacturer that it acts for. */
  owner: reference.extend({ kind: z.enum(['user', 'manufacturer']) }),
  scopes: z.array(z.string()),
  expiresAt: instant,
  /** Lags by up to five minutes. */
  lastUsedAt: instant.nullable(),
  createdBy: reference,
  createdAt: instant,
  revokedAt: instant.nullable(),
});
export type ApiToken = z.infer<typeof apiTokenSchema>;

export const apiTokenRoutes = {
  listApiTokens: route({
    method: 'GET',
    path: '/api-tokens',
    summary: 'API tokens of the asking user, newest first; of everybody with `all=true`, for administrators',
    tag: 'auth',
    access: everyone,
    query: pageQuery.extend({ all: flag.optional() }),
    output: json(page(apiTokenSchema)),
    status: 200,
    idempotent: true,
    audited: null,
    sessionOnly: true,
  }),
  createApiToken: route({
    method: 'POST',
    path: '/api-tokens',
    summary: 'Make a token that acts for the asking user within its scopes; the answer is the only time it is shown',
    tag: 'auth',
    access: everyone,
    body: json(z.object({ name, scopes, expiresInDays: z.number().int().min(1).max(MAX_TOKEN_DAYS) })),
    output: json(z.object({ apiToken: apiTokenSchema, token: z.string() })),
    status: 201,
    idempotent: false,
    audited: 'apiToken.create',
    // An answer under an Idempotency-Key is stored, and the token must not be.
    ownTransaction: true,
    sessionOnly: true,
  }),
  revokeApiToken: route({
    method: 'DELETE',
    path: '/api-tokens/{apiTokenId}',
    summary: 'End a token of one’s own at once; of anybody, for administrators',
    tag: 'auth',
    access: everyone,
    params: params.apiToken,
    output: nothing,
    status: 204,
    idempotent: true,
    audited: 'apiToken.revoke',
    sessionOnly: true,
  }),
};
