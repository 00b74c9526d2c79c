import { partyNames, roleNames } from '../../../strings/common.ts';

const names: Record<string, string> = { ...roleNames, ...partyNames };

/** A role or party as people call it. */
export const nameOfRole = (role: string): string => names[role] ?? role;
