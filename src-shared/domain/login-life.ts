/** What is to be said of a source's login. `unknown`: it is older than its age is noted. */
export type LoginState = 'none' | 'unknown' | 'new' | 'works' | 'expiring' | 'refused';

interface LoginLife {
  setAt: string | null;
  workedAt: string | null;
  refusedAt: string | null;
  warnsAt: string | null;
}

/** How a login does at `now`, epoch milliseconds. */
export function loginStateOf(login: LoginLife, hasCredentials: boolean, now: number): LoginState {
  if (!hasCredentials) return 'none';
  if (login.refusedAt !== null) return 'refused';
  if (login.warnsAt !== null && Date.parse(login.warnsAt) <= now) return 'expiring';
  if (login.workedAt !== null) return 'works';
  return login.setAt === null ? 'unknown' : 'new';
}
