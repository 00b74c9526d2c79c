import type { RouteSpec } from './route.ts';
import { routes } from './routes.ts';

/** The part of a scope that names a tag, as in `read:production-runs`. */
const slug = (tag: string) => tag.replaceAll(' ', '-');

/**
 * The scopes that open a route to an API token, of which it needs one: `read` or `write` for everything, or the same
 * for one tag. Reading is GET. Empty for public routes, which need none, and for `sessionOnly` routes, which no token
 * opens.
 */
export function scopesOf(spec: Pick<RouteSpec, 'method' | 'tag' | 'access' | 'sessionOnly'>): readonly string[] {
  if (spec.access === 'public' || spec.sessionOnly) return [];
  const verb = spec.method === 'GET' ? 'read' : 'write';
  return [verb, `${verb}:${slug(spec.tag)}`];
}

/** Every scope that opens at least one route, the two wide ones first. */
export const apiScopes: readonly string[] = [
  ...new Set(Object.values(routes as Record<string, RouteSpec>).flatMap(scopesOf)),
].sort((a, b) => Number(a.includes(':')) - Number(b.includes(':')) || (a < b ? -1 : 1));
