import type { Role } from '../../../../src-shared/contract/roles.ts';
import { routes } from '../../../../src-shared/contract/routes.ts';
import { type SearchedKind, searchedKinds } from '../../../../src-shared/contract/search.ts';
import type { Handlers } from '../../platform/http/handler.ts';
import { requirePrincipal } from '../../platform/http/principal.ts';
import { searchNames } from './search-store.ts';

const mayCall = (role: Role, operation: (typeof searchedKinds)[SearchedKind]) =>
  (routes[operation].access as readonly Role[]).includes(role);

export const searchHandlers = {
  async searchNames(context, { query }) {
    const { role } = requirePrincipal(context);
    const kinds = (Object.keys(searchedKinds) as SearchedKind[]).filter((kind) => mayCall(role, searchedKinds[kind]));
    return { items: await searchNames(context.tx, kinds, query.search, query.limit) };
  },
} satisfies Partial<Handlers>;
