/** The roles of people. A user holds exactly one, which is read afresh on every request. */
export const roles = ['admin', 'operations', 'warehouse', 'reviewer', 'client-viewer'] as const;
export type Role = (typeof roles)[number];

/** Roles of parties, who are not users. Only their API tokens act in these; no user can have one. */
export const partyRoles = ['manufacturer'] as const;
export type PartyRole = (typeof partyRoles)[number];

/** Who may use a route: anyone, even without a session (`public`), or the listed roles. */
export type Access = 'public' | readonly (Role | PartyRole)[];

/**
 * Every person may, of whatever role.
 * @alias
 */
export const everyone: readonly Role[] = roles;
export const staff: readonly Role[] = ['admin', 'operations', 'warehouse', 'reviewer'];
export const operators: readonly Role[] = ['admin', 'operations'];
export const floor: readonly Role[] = ['admin', 'operations', 'warehouse'];
export const adminOnly: readonly Role[] = ['admin'];
