import { apiScopes } from '../../../../src-shared/contract/scopes.ts';
import type { RandomBytes } from '../../keys/envelope.ts';
import { invalid } from '../../platform/db/conflicts.ts';
import { AppError } from '../../platform/errors.ts';
import { newApiToken } from '../../platform/http/api-token.ts';
import type { Handlers } from '../../platform/http/handler.ts';
import { requirePrincipal } from '../../platform/http/principal.ts';
import { getApiToken, insertApiToken, listApiTokens, revokeApiToken } from './api-tokens-store.ts';

const DAY_MS = 24 * 3600_000;

export interface ApiTokenDeps {
  randomBytes: RandomBytes;
}

export const apiTokenHandlers = (deps: ApiTokenDeps) =>
  ({
    listApiTokens(context, { query }) {
      const { userId, role } = requirePrincipal(context);
      const { all, ...rest } = query;
      if (all && role !== 'admin') throw new AppError('forbidden', 'Only an administrator may see everyone’s tokens.');
      return listApiTokens(context.tx, all ? rest : { ...rest, userId });
    },

    async createApiToken(context, { body }) {
      const { now } = context;
      const { userId } = requirePrincipal(context);
      const unknown = body.scopes.find((scope) => !apiScopes.includes(scope));
      if (unknown !== undefined) throw invalid('scopes', `There is no scope ${unknown}. Choose from those listed.`);
      const { name, expiresInDays } = body;
      const scopes = [...new Set(body.scopes)];
      const { token, tokenHash, prefix } = newApiToken(deps.randomBytes);
      const expiresAt = new Date(now.getTime() + expiresInDays * DAY_MS);
      const owned = { owner: { userId }, createdBy: userId };
      const apiToken = await context.transaction(async (tx) => {
        const id = await insertApiToken(tx, { name, tokenHash, prefix, scopes, expiresAt, ...owned }, now);
        const made = await getApiToken(tx, id);
        const details = { name, prefix, scopes, expiresAt };
        await context.audit({ resourceType: 'apiToken', resourceId: id, details }, tx);
        return made;
      });
      return { apiToken, token };
    },

    async revokeApiToken(context, { params }) {
      const { tx, now } = context;
      const { userId, role } = requirePrincipal(context);
      const found = await getApiToken(tx, params.apiTokenId, role === 'admin' ? undefined : userId);
      await revokeApiToken(tx, found.id, now);
      const details = { name: found.name, prefix: found.prefix, owner: found.owner.name };
      await context.audit({ resourceType: 'apiToken', resourceId: found.id, details });
    },
  }) satisfies Partial<Handlers>;
