import type { Permission } from '../../../../src-shared/contract/permissions.ts';
import { partyRoles, roles } from '../../../../src-shared/contract/roles.ts';
import type { RouteSpec } from '../../../../src-shared/contract/route.ts';
import { routes } from '../../../../src-shared/contract/routes.ts';
import { scopesOf } from '../../../../src-shared/contract/scopes.ts';

/** The permission matrix, derived from the contract that the router itself goes by. */
export function permissionMatrix(): { roles: string[]; operations: Permission[] } {
  const operations = (Object.entries(routes) as unknown as [string, RouteSpec][]).map(([operation, spec]) => ({
    operation,
    method: spec.method,
    path: spec.path,
    summary: spec.summary,
    tag: spec.tag,
    public: spec.access === 'public',
    roles: spec.access === 'public' ? [] : [...spec.access],
    scopes: [...scopesOf(spec)],
    sessionOnly: spec.sessionOnly === true,
    audited: spec.audited,
  }));
  return { roles: [...roles, ...partyRoles], operations };
}
