import { type UseQueryResult, useQuery } from '@tanstack/react-query';
import type { Session } from '../../src-shared/contract/auth.ts';
import type { Role } from '../../src-shared/contract/roles.ts';
import { type OperationId, routes } from '../../src-shared/contract/routes.ts';
import type { LockReason } from '../../src-shared/contract/shell.ts';
import { forgetDrafts } from '../stores/form-drafts.ts';
import { forgetRecent } from '../stores/recent.ts';
import { api, isNotAuthenticated } from './client.ts';
import { queryClient, sessionKey } from './query-client.ts';

/** Who was signed in last on this page. */
let lastUserId: number | null = null;

const sessionQuestion = {
  queryKey: sessionKey,
  queryFn: async ({ signal }: { signal: AbortSignal }): Promise<Session | null> => {
    try {
      const session = await api.getSession({ signal });
      lastUserId ??= session.user.id;
      return session;
    } catch (error) {
      if (isNotAuthenticated(error)) return null;
      throw error;
    }
  },
  staleTime: 60_000,
};

/** The session, or null when nobody is logged in. */
export const useSessionQuery = (): UseQueryResult<Session | null, Error> =>
  useQuery<Session | null, Error, Session | null, typeof sessionKey>(sessionQuestion);

/** Asks for the session while the first page is loaded, which can't be drawn without it. */
export const askForSession = (): void => void queryClient.prefetchQuery(sessionQuestion);

/** The session of a page inside the layout, where there always is one. */
export function useSession(): Session {
  const { data } = useSessionQuery();
  if (!data) throw new Error('This page is only shown to somebody who is logged in');
  return data;
}

export function useRole(): Role {
  return useSession().user.role;
}

/** Whether a role may call an operation: the contract decides, here as on the server. */
export function mayCall(role: Role, operation: OperationId): boolean {
  const { access } = routes[operation];
  return access === 'public' || (access as readonly Role[]).includes(role);
}

/** Whether the person may call an operation; screens hide what would be refused. */
export function useCan(operation: OperationId): boolean {
  return mayCall(useRole(), operation);
}

let left = false;
/** Whether the last session was ended on purpose: whoever comes next starts at the overview, not at this one's page. */
export const leftOnPurpose = (): boolean => left;

let locked: LockReason | null = null;
/** Why the desktop locked the window; null when it did not. */
export const lockedBecause = (): LockReason | null => locked;

/** Takes over a session just begun. */
export function beginSession(session: Session): void {
  // What somebody typed is theirs alone, and goes with a log-out that was meant.
  if (left || lastUserId !== session.user.id) forgetDrafts();
  lastUserId = session.user.id;
  left = false;
  locked = null;
  changeSession(session);
}

/** Ends the session on the server, and here even when the server can't be reached. */
export async function endSession(): Promise<void> {
  left = true;
  forgetRecent();
  locked = null;
  try {
    await api.logout();
  } finally {
    changeSession(null);
  }
}

/** The session is over already: the desktop ended it when it locked. */
export function forgetSession(reason: LockReason): void {
  locked = reason;
  changeSession(null);
}

/** Nothing that somebody else was shown stays in the cache. The session's own query stays: the screen watches it. */
function changeSession(session: Session | null): void {
  queryClient.removeQueries({ predicate: (query) => query.queryKey[0] !== sessionKey[0] });
  queryClient.setQueryData(sessionKey, session);
}
